namespace Orleans.MLOps.Datasets;

/// <summary>A stored split with its proof.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.split-info")]
public sealed record SplitInfo
{
    /// <summary>The split's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The rule.</summary>
    [Id(1)]
    public required SplitSpec Spec { get; init; }

    /// <summary>Rows of the training side.</summary>
    [Id(2)]
    public long TrainRows { get; init; }

    /// <summary>Rows of the test side.</summary>
    [Id(3)]
    public long TestRows { get; init; }

    /// <summary>SHA-256 over the training side's row ordinals (little-endian int64) in order.</summary>
    [Id(4)]
    public required string TrainDigest { get; init; }

    /// <summary>The same for the test side.</summary>
    [Id(5)]
    public required string TestDigest { get; init; }

    /// <summary>The training side's ordinals.</summary>
    [Id(6)]
    public required BlobRef Train { get; init; }

    /// <summary>The test side's ordinals.</summary>
    [Id(7)]
    public required BlobRef Test { get; init; }

    /// <summary>Time split: the first instant of the test side.</summary>
    [Id(8)]
    public DateTimeOffset? Boundary { get; init; }

    /// <summary>When it was made.</summary>
    [Id(9)]
    public DateTimeOffset CreatedAt { get; init; }
}
