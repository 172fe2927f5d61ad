namespace Orleans.MLOps.Grains.Training;

/// <summary>How far a job is.</summary>
[GenerateSerializer, Immutable, Alias("mlops.training.job-progress")]
internal sealed record JobProgress
{
    [Id(0)]
    public long Step { get; init; }

    [Id(1)]
    public long TotalSteps { get; init; }

    [Id(2)]
    public double SamplesPerSecond { get; init; }
}
