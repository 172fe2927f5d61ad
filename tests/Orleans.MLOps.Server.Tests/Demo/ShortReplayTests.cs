using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting.Time;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Server.Demo;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Demo;

public sealed class ShortReplayTests
{
    private static readonly DateTimeOffset Until = new(2001, 2, 18, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Everything but wall times follows from the data and the seed. Numbers of versions are told apart by their weights: the first of several jobs to finish gets the lowest.</summary>
    [Fact]
    public async Task RunAsync_TwiceSideBySide_MeasuresTheSame()
    {
        var reports = await Task.WhenAll(ReplayAsync(), ReplayAsync());

        var first = Describe(reports[0]);
        Assert.Equal(first, Describe(reports[1]));
        Assert.Contains(first, line => line.StartsWith("retraining", StringComparison.Ordinal));
    }

    private static async Task<DemoReport> ReplayAsync()
    {
        using var folder = new TemporaryFolder();
        var clock = new ReplayClock(FlightFacts.ReplayStart);
        var options = new DemoOptions
        {
            Node = new NodeOptions { DataFolder = folder.At("data"), HttpPort = 0, GrpcPort = 0 },
            Until = Until,
        };
        await using var node = await NodeHost.StartAsync(options.Node, new PlatformClock(clock, TimeProvider.System), TestContext.Current.CancellationToken);
        using var client = MlopsGrpcClient.Connect($"http://127.0.0.1:{node.GrpcPort}");
        return await DemoRun.RunAsync(client, clock.AdvanceTo, options, new SilentOutput(), TestContext.Current.CancellationToken);
    }

    private static string[] Describe(DemoReport report) =>
    [
        $"{report.Predictions} predictions, {report.Labels} labels, {report.AdwinFirings} firings",
        .. report.Periods.Select(period => $"{period.Name} {period.Platform.Count} {period.Platform.LogLoss:r} {period.Frozen.LogLoss:r} {period.BaseRateLogLoss:r} {period.PreviousHourLogLoss:r} {period.Difference.MeanDifference:r}"),
        .. report.Alerts.Select(alert => $"alert {alert.Kind} {alert.Feature} {alert.At:O} {alert.Statistic:r} {alert.Threshold:r} {alert.Evidence} {alert.RequestsRetraining}"),
        .. report.Retrainings.SelectMany(Describe),
    ];

    private static IEnumerable<string> Describe(PipelineRunInfo run)
    {
        var winner = run.Candidates.FirstOrDefault(candidate => candidate.ModelVersion == run.Winner && run.Winner is not null);
        yield return $"retraining {run.Status} {run.Verdict} {run.TriggeredAt:O} {run.PromoteAt:O} {run.DatasetVersion} {run.ChampionLogLoss:r} {run.JudgedRows} {run.JudgedDays} {winner?.Name}";
        foreach (var candidate in run.Candidates)
        {
            yield return $"  {candidate.Name} {candidate.WeightsDigest} {candidate.LogLoss:r} {candidate.Difference:r} {candidate.UpperBound:r} {candidate.Error}";
        }
    }
}
