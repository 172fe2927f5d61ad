using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>What a silo is asked to score: the rows of a version whose ordinals are at least <see cref="From"/> and below <see cref="To"/>.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.scoring-part-order")]
internal sealed record ScoringPartOrder
{
    /// <summary>Key of the job.</summary>
    [Id(0)]
    public required string Job { get; init; }

    [Id(1)]
    public required int Generation { get; init; }

    [Id(2)]
    public required int Partition { get; init; }

    /// <summary>The command with dataset version and model version filled in.</summary>
    [Id(3)]
    public required ScoreDataset Command { get; init; }

    [Id(4)]
    public required long From { get; init; }

    [Id(5)]
    public required long To { get; init; }
}
