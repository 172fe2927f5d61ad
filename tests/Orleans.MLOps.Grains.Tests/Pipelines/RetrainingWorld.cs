using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Monitoring;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Grains.Tests.Training;
using Orleans.MLOps.Models;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

/// <summary>
/// A champion trained on twelve days of history, then served hour by hour to a world that may have turned round, monitored
/// for its age and trained continuously.
/// </summary>
internal sealed class RetrainingWorld(ReplayPlatform platform, bool turned)
{
    public const string Name = "late";
    public const int HistoryDays = 12;

    private const int RowsAnHour = 20;

    private readonly Random _random = new(turned ? 17 : 23);
    private List<(string Id, bool Late, DateTimeOffset Asked)> _open = [];

    public static string BaseDataset { get; } = new DatasetVersionKey("default", "history", new string('a', 64)).ToString();

    public long Labels { get; private set; }

    /// <summary>Trains the champion and sets the loop up. History ends <paramref name="gapDays"/> before the first hour.</summary>
    public async Task BeginAsync(int gapDays, TimeSpan maximumAge)
    {
        var end = MonitorSamples.Begin.AddDays(-gapDays);
        var template = Template(await WriteHistoryAsync(end), end);
        var job = await platform.Silo.TrainAsync(template);
        Assert.True(job.Status == TrainingStatus.Completed, job.Reason);
        await platform.Client.Models.SetAliasAsync(new SetAlias { Model = Name, Alias = "champion", Version = 1, OperationId = "champion" });
        await platform.DeployAsync(Name, LogPolicy.Durable, 1);
        await platform.Client.Monitoring.ConfigureAsync(new MonitorOptions { Endpoint = Name, MaximumAge = maximumAge, RetrainOn = [AlertKind.ModelAge] });
        await platform.Client.Pipelines.ConfigureAsync(new ContinuousTrainingPolicy
        {
            Endpoint = Name,
            Template = template,
            JudgeWindow = TimeSpan.FromDays(3),
            RecentWindow = TimeSpan.FromDays(5),
            TrainingCharge = TimeSpan.FromHours(3),
            BaseFrames = [template.FrameDigest],
        });
    }

    /// <summary>Serves until a retraining has begun.</summary>
    public async Task<PipelineRunInfo> ServeUntilRetrainingAsync()
    {
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        for (var hour = 0; hour < 24 * 14; hour++)
        {
            await ServeHourAsync(session);
            await platform.Client.Monitoring.FlushAsync(Name);
            await platform.Client.Pipelines.WakeAsync(Name);
            if (await platform.Client.Pipelines.GetActiveRunAsync(Name) is { } run)
            {
                return run;
            }
        }

        throw new InvalidOperationException("No retraining began within two weeks.");
    }

    /// <summary>Wakes the pipeline until the run has come to its verdict.</summary>
    public async Task<PipelineRunInfo> WaitForVerdictAsync(string runId)
    {
        while (true)
        {
            await platform.Client.Pipelines.WakeAsync(Name);
            var run = await RunAsync(runId);
            if (run.Verdict != Verdict.Pending)
            {
                return run;
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Moves the clock to when the promotion is due and lets the pipeline act.</summary>
    public async Task<PipelineRunInfo> LetPromoteAsync(PipelineRunInfo run)
    {
        platform.Clock.AdvanceTo(run.PromoteAt!.Value);
        await platform.Client.Pipelines.WakeAsync(Name);
        return await RunAsync(run.RunId);
    }

    public Task<PipelineRunInfo> RunAsync(string id) => platform.Silo.Grains.GetGrain<IPipelineRunGrain>(new PipelineRunKey(id).ToString()).Get();

    private async Task ServeHourAsync(IServingSession session)
    {
        var now = platform.Clock.GetUtcNow();
        double[] x = [.. Enumerable.Range(0, RowsAnHour).Select(_ => _random.NextDouble())];
        string[] c = [.. x.Select(_ => _random.Next(2) == 0 ? "a" : "b")];
        DateTimeOffset[] times = [.. x.Select((_, i) => now.AddMinutes(2 * i))];
        var reply = await session.ServeAsync(new ServeRequest
        {
            Predict = ServingSamples.Request(Name, x, c, times),
            Labels = _open.Count == 0 ? null : new LabelBatch
            {
                Endpoint = Name,
                PredictionIds = [.. _open.Select(answer => answer.Id)],
                Values = [.. _open.Select(answer => answer.Late ? 1.0 : 0.0)],
                ObservedAt = [.. _open.Select(answer => answer.Asked.AddMinutes(50))],
            },
        });
        Labels += _open.Count;
        _open = [.. x.Select((value, i) => (reply.Predictions.PredictionIds[i], IsLate(turned ? 1 - value : value), times[i]))];
        platform.Clock.AdvanceTo(now.AddHours(1));
    }

    private bool IsLate(double x) => _random.NextDouble() < 0.05 + (0.9 * x);

    private static TrainingJobSpec Template(string frame, DateTimeOffset end) => new()
    {
        Name = Name,
        FrameDigest = frame,
        Numeric = ["x"],
        Categorical = ["c"],
        DatasetVersion = BaseDataset,
        TrainTo = end.AddDays(-3),
        HoldoutTo = end,
        Network = new NetworkOptions { Hidden = [8], EmbeddingSize = 2 },
        LearningRate = 0.02,
        BatchSize = 128,
        Epochs = 6,
        Seed = 5,
        RegisterAs = Name,
    };

    private async Task<string> WriteHistoryAsync(DateTimeOffset end)
    {
        var rows = HistoryDays * 24 * RowsAnHour;
        int[] all = [.. Enumerable.Range(0, rows)];
        double[] x = [.. all.Select(_ => _random.NextDouble())];
        long[] times = [.. all.Select(row => ServingSamples.Microseconds(end.AddDays(-HistoryDays).AddMinutes(row * 3)))];
        var path = Path.Combine(platform.Silo.Folder, "history.parquet");
        await platform.Silo.Services.GetRequiredService<AnalyticsEngine>().WriteColumnsAsync(
            [
                ParquetColumn.Texts("row_id", [.. all.Select(row => $"h-{row:d6}")]),
                ParquetColumn.Instants("event_time", times),
                ParquetColumn.Doubles("label", [.. x.Select(value => IsLate(value) ? 1.0 : 0.0)]),
                ParquetColumn.Instants("label_available_at", [.. times.Select(time => time + (50L * 60 * 1_000_000))]),
                ParquetColumn.Doubles("x", x),
                ParquetColumn.Texts("c", [.. all.Select(_ => _random.Next(2) == 0 ? "a" : "b")]),
            ],
            [],
            ["event_time"],
            path);
        return (await platform.Blobs.WriteAsync(await File.ReadAllBytesAsync(path))).Digest;
    }
}
