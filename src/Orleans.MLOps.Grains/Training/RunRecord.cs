using System.Globalization;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Writes what happens in a job to its run. A resumed job writes the same params again and only the points that are missing.</summary>
internal sealed class RunRecord(IRunGrain run, IArtifactsGrain artifacts, IBlobStore blobs, PlatformClock clock)
{
    private const string Loss = "train_loss";

    private long _logged = -1;

    /// <summary>Finds out which steps have points already.</summary>
    public async Task OpenAsync()
    {
        // The latest point is the one of the highest step.
        var latest = Array.Find((await run.Get()).Metrics, point => point.Key == Loss);
        _logged = latest?.Step ?? -1;
    }

    public async Task DescribeAsync(TrainingJobSpec spec, PreparedTraining prepared)
    {
        var settings = new Dictionary<string, string>
        {
            ["frame_digest"] = spec.FrameDigest,
            ["numeric"] = string.Join(",", spec.Numeric),
            ["categorical"] = string.Join(",", spec.Categorical),
            ["hidden"] = string.Join(",", prepared.Network.Hidden),
            ["dropout"] = Text(spec.Network.Dropout),
            ["embedding_size"] = Text(spec.Network.EmbeddingSize),
            ["learning_rate"] = Text(spec.LearningRate),
            ["weight_decay"] = Text(spec.WeightDecay),
            ["batch_size"] = Text(spec.BatchSize),
            ["epochs"] = Text(spec.Epochs),
            ["shards"] = Text(spec.Shards),
            ["virtual_shards"] = Text(spec.VirtualShards),
            ["seed"] = Text(spec.Seed),
            ["checkpoint_every_steps"] = Text(spec.CheckpointEverySteps),
            ["train_rows"] = Text(prepared.Rows.Train.Length),
            ["holdout_rows"] = Text(prepared.Rows.Holdout.Length),
            ["total_steps"] = Text(prepared.TotalSteps),
        };
        Add(settings, "dataset_version", spec.DatasetVersion);
        Add(settings, "feature_view", spec.FeatureView);
        Add(settings, "train_from", spec.TrainFrom?.ToString("O"));
        Add(settings, "train_to", spec.TrainTo?.ToString("O"));
        Add(settings, "holdout_to", spec.HoldoutTo?.ToString("O"));
        Add(settings, "max_steps", spec.MaxSteps?.ToString(CultureInfo.InvariantCulture));
        Add(settings, "half_life_days", spec.HalfLifeDays is { } days ? Text(days) : null);
        Add(settings, "warm_start", spec.WarmStart);
        Add(settings, "register_as", spec.RegisterAs);
        await run.LogInputs(TrainingInputs.Of(spec));
        await run.Log(new LogBatch { Params = settings.ToDictionary(entry => entry.Key, entry => Shorten(entry.Value)) });
    }

    public Task LogProgressAsync(IEnumerable<TrainingProgress> progress)
    {
        var now = clock.WallNow;
        MetricPoint[] points =
        [
            .. progress.Where(made => made.Step > _logged).SelectMany(made => new[]
            {
                new MetricPoint { Key = Loss, Value = made.MeanLoss, Step = made.Step, Timestamp = now },
                new MetricPoint { Key = "epoch", Value = made.Epoch, Step = made.Step, Timestamp = now },
                new MetricPoint { Key = "samples_per_second", Value = made.SamplesPerSecond, Step = made.Step, Timestamp = now },
            }),
        ];
        return points.Length == 0 ? Task.CompletedTask : run.Log(new LogBatch { Metrics = points });
    }

    /// <summary>Writes the result; a job that a crash kept from ending after it had written it keeps the first points.</summary>
    public async Task LogResultAsync(Dictionary<string, double> metrics, Dictionary<string, string> tags, long step)
    {
        var now = clock.WallNow;
        var logged = await run.Get();
        await run.Log(new LogBatch
        {
            Tags = tags,
            Metrics = [.. metrics.Where(metric => logged.Metric(metric.Key) is null).Select(metric => new MetricPoint { Key = metric.Key, Value = metric.Value, Step = step, Timestamp = now })],
        });
    }

    public async Task AddArtifactAsync(string path, byte[] content) => await artifacts.Add(path, await blobs.StageAsync(content));

    private static void Add(Dictionary<string, string> settings, string key, string? value)
    {
        if (value is not null)
        {
            settings[key] = value;
        }
    }

    private static string Text<T>(T value) where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Shorten(string value) =>
        value.Length <= ExperimentLimits.ParamLength ? value : $"{value[..(ExperimentLimits.ParamLength - 3)]}...";
}
