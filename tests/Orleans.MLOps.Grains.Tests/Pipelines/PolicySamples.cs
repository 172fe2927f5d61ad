using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

/// <summary>A policy that is allowed.</summary>
internal static class PolicySamples
{
    public static readonly ContinuousTrainingPolicy Good = new()
    {
        Endpoint = "e",
        Template = new TrainingJobSpec
        {
            Name = "late",
            FrameDigest = "f",
            Numeric = ["x"],
            Categorical = ["c"],
            Network = new NetworkOptions(),
            Epochs = 3,
            LearningRate = 0.03,
            RegisterAs = "m",
        },
    };
}
