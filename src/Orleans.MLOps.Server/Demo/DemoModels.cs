using Orleans.MLOps.Features;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Server.Demo;

/// <summary>The networks that the demo trains.</summary>
internal static class DemoModels
{
    private const int ShardsAJob = 2;

    /// <summary>The three variants of January, by name.</summary>
    public static IReadOnlyDictionary<string, NetworkOptions> Variants { get; } = new Dictionary<string, NetworkOptions>
    {
        ["logistic"] = new() { Hidden = [], Dropout = 0 },
        ["narrow"] = new() { Hidden = [32, 16], Dropout = 0.05 },
        ["wide"] = new() { Hidden = [64, 32], Dropout = 0.1 },
    };

    public static TrainingJobSpec Spec(DemoProject names, FeatureFrame frame, string variant, long seed, long experiment) => new()
    {
        Project = names.Project,
        Name = variant,
        FrameDigest = frame.Data.Digest,
        Numeric = frame.Numeric,
        Categorical = frame.Categorical,
        DatasetVersion = frame.DatasetVersion,
        FeatureView = $"{frame.View}:{frame.ViewVersion}",
        TrainTo = FlightFacts.HoldoutStart,
        HoldoutTo = FlightFacts.ReplayStart,
        Network = Variants[variant],
        LearningRate = 0.003,
                BatchSize = 512,
        Epochs = 4,
        Shards = ShardsAJob,
        Seed = seed,
        RegisterAs = DemoProject.Model,
        ExperimentId = experiment,
    };
}
