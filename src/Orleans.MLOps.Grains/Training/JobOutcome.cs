using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>How a job ended.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.job-outcome")]
internal sealed record JobOutcome
{
    [Id(0)]
    public required TrainingStatus Status { get; init; }

    /// <summary>Why it did not complete.</summary>
    [Id(1)]
    public string? Reason { get; init; }

    [Id(2)]
    public int? ModelVersion { get; init; }

    [Id(3)]
    public Dictionary<string, double> Metrics { get; init; } = [];
}
