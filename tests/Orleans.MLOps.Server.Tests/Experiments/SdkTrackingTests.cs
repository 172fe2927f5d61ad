using System.Text;
using Orleans.MLOps.Client.Experiments.TensorBoard;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Server.Tests.Mlflow;

namespace Orleans.MLOps.Server.Tests.Experiments;

/// <summary>The SDK's logger, capture and event files against a node, not a stand-in.</summary>
public sealed class SdkTrackingTests : IClassFixture<MlflowNode>, IDisposable
{
    private readonly MlflowNode _node;
    private readonly GrpcMlopsClient _client;

    public SdkTrackingTests(MlflowNode node) =>
        (_node, _client) = (node, MlopsGrpcClient.Connect(new GrpcClientOptions { Address = node.Node.GrpcAddress }));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IExperimentsClient Experiments => _client.Experiments;

    [Fact]
    public async Task MetricLogger_ThousandsOfPoints_AreStoredOnceAndInOrder()
    {
        const int Count = 5000;
        var run = await _node.NewRunAsync();
        await using (var logger = MetricLogger.Open(Experiments, run))
        {
            for (var step = 0; step < Count; step++)
            {
                await logger.LogAsync("loss", step % 100 == 7 ? double.NaN : step, step, cancellationToken: Token);
            }

            logger.Log("other", double.NegativeInfinity);
            await logger.FlushAsync(Token);
            Assert.Equal((Count + 1, 0, 0), (logger.Stored, logger.Dropped, logger.Refused));
        }

        var points = (await Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = run, Key = "loss" }, Token)).Points;
        Assert.Equal(Enumerable.Range(0, Count).Select(step => (long)step), points.Select(point => point.Step));
        Assert.All(points, point => Assert.Equal(point.Step % 100 == 7 ? double.NaN : point.Step, point.Value));
        Assert.Equal(double.NegativeInfinity, (await Experiments.GetRunAsync(run, Token)).Metric("other"));
    }

    [Fact]
    public async Task MetricLogger_RunThatDoesNotExist_IsCountedAndThrown()
    {
        var warnings = new List<string>();
        await using var logger = MetricLogger.Open(Experiments, new string('0', 32), new MetricLoggerOptions { Warn = warnings.Add });
        logger.Log("loss", 1);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => logger.FlushAsync(Token));

        Assert.Equal((0, 1), (logger.Stored, logger.Refused));
        Assert.Single(warnings);
    }

    [Fact]
    public async Task RunAsync_OfABody_LeavesAWholeRun()
    {
        var captured = await Experiments.RunAsync(
            _node.NextName(),
            new { Seed = 11, Net = new { Rate = 0.5 } },
            async (scope, token) =>
            {
                Console.WriteLine("größer");
                scope.Log("loss", 0.25, 3);
                await scope.SetTagAsync("mlflow.note.content", "# Note\n\n*x*", token);
                return new { Accuracy = 0.9 };
            },
            new CaptureOptions { SampleEvery = TimeSpan.FromMilliseconds(10) },
            Token);

        Assert.Null(captured.RecordingError);
        var run = await Experiments.GetRunAsync(captured.RunId, Token);
        Assert.Equal((RunStatus.Finished, 11L, Environment.MachineName), (run.Status, run.Seed, run.Host));
        Assert.NotNull(run.EndedAt);
        Assert.Equal(("11", "0.5", 0.25), (run.Params["Seed"], run.Params["Net.Rate"], run.Metric("loss")));
        Assert.Equal("# Note\n\n*x*", run.Tags["mlflow.note.content"]);
        Assert.Contains("0.9", run.Tags["mlops.result"], StringComparison.Ordinal);
        Assert.Contains("Orleans.MLOps.Client", run.Packages.Keys);
        Assert.Equal(["output/result.json", "output/stdout.txt"], (await Experiments.ListArtifactsAsync(captured.RunId, Token)).Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Equal($"größer{Environment.NewLine}", await ReadAsync(captured.RunId, "output/stdout.txt"));
    }

    [Fact]
    public async Task RunAsync_BodyThatThrows_LeavesAFailedRunWithTheStack()
    {
        var name = _node.NextName();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Experiments.RunAsync<string, int>(
            name, "config", (_, _) => throw new InvalidOperationException("broken"), new CaptureOptions { SampleEvery = TimeSpan.Zero }, Token));

        var experiment = await Experiments.FindAsync(name, cancellationToken: Token);
        var run = Assert.Single((await Experiments.SearchAsync(new RunQuery { ExperimentIds = [experiment.ExperimentId] }, Token)).Runs);
        Assert.Equal((RunStatus.Failed, "System.InvalidOperationException: broken"), (run.Status, run.Tags["mlops.exception"]));
        Assert.Contains(nameof(RunAsync_BodyThatThrows_LeavesAFailedRunWithTheStack), await ReadAsync(run.RunId, "output/exception.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TensorBoard_RunOutAndInAgain_IsTheSame()
    {
        var experiment = await Experiments.CreateAsync(new CreateExperiment { Name = _node.NextName() }, Token);
        var started = DateTimeOffset.UnixEpoch.AddDays(20_000);
        var run = await Experiments.StartRunAsync(new StartRun { ExperimentId = experiment.ExperimentId, StartedAt = started }, Token);
        MetricPoint[] points =
        [
            .. Enumerable.Range(0, 3000).Select(step => new MetricPoint { Key = step % 2 == 0 ? "loss" : "acc/top 1", Value = step == 10 ? double.NaN : 1.0 / (step + 1), Step = step, Timestamp = started.AddSeconds(step) }),
        ];
        foreach (var piece in points.Chunk(1000))
        {
            await Experiments.LogAsync(run.RunId, new LogBatch { Metrics = piece }, Token);
        }

        await Experiments.LogAsync(run.RunId, new LogBatch { Params = new() { ["depth"] = "3", ["name"] = "größe" } }, Token);
        await Experiments.LogHistogramAsync(run.RunId, "weights", 1, new Histogram { Edges = [0, 1, 2], Counts = [1, 2] }, Token);
        await Experiments.EndRunAsync(run.RunId, RunStatus.Finished, Token);

        using var file = new MemoryStream();
        var export = await Experiments.ExportTensorBoardAsync(run.RunId, file, Token);
        file.Position = 0;
        var import = await Experiments.ImportTensorBoardAsync(file, experiment.ExperimentId, "again", cancellationToken: Token);
        file.Position = 0;
        var repeated = await Experiments.ImportTensorBoardAsync(file, experiment.ExperimentId, "again", import.RunId, Token);

        Assert.Equal((3000L, 2, 1L), (export.Points, export.Params, export.Histograms));
        Assert.Equal((3000L, 2), (import.Points, import.Params));
        Assert.True(repeated.Repeated);
        var imported = await Experiments.GetRunAsync(import.RunId, Token);
        Assert.Equal((RunStatus.Finished, started), (imported.Status, imported.StartedAt));
        Assert.Equal([("depth", "3"), ("name", "größe")], imported.Params.OrderBy(param => param.Key).Select(param => (param.Key, param.Value)));
        foreach (var key in new[] { "loss", "acc/top 1" })
        {
            Assert.Equal(
                points.Where(point => point.Key == key).Select(point => (point.Step, point.Value, point.Timestamp)),
                (await Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = import.RunId, Key = key }, Token)).Points.Select(point => (point.Step, point.Value, point.Timestamp)));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<string> ReadAsync(string run, string path)
    {
        using var content = new MemoryStream();
        await Experiments.DownloadArtifactAsync(run, path, content, Token);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}
