namespace Orleans.MLOps.Datasets;

/// <summary>The rule of a split.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.split-spec")]
public sealed record SplitSpec
{
    /// <summary>How rows are assigned.</summary>
    [Id(0)]
    public SplitKind Kind { get; init; }

    /// <summary>Share of the training side, above 0 and below 1; default 0.7.</summary>
    [Id(1)]
    public double TrainFraction { get; init; } = 0.7;

    /// <summary>Seed of a random split; default 0.</summary>
    [Id(2)]
    public long Seed { get; init; }

    /// <summary>Timestamp column of a time split.</summary>
    [Id(3)]
    public string? TimeColumn { get; init; }
}
