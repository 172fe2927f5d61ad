namespace Orleans.MLOps.Datasets;

/// <summary>What deriving a split again from the bytes showed.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.split-verification")]
public sealed record SplitVerification
{
    /// <summary>True when digests match and the sides are disjoint and complete.</summary>
    [Id(0)]
    public bool Verified { get; init; }

    /// <summary>Rows that stand on both stored sides.</summary>
    [Id(1)]
    public long OverlappingRows { get; init; }

    /// <summary>Rows on neither side.</summary>
    [Id(2)]
    public long MissingRows { get; init; }

    /// <summary>Rows of the test side whose content also occurs in the training side: not an error, but a leak to know of.</summary>
    [Id(3)]
    public long DuplicateContent { get; init; }

    /// <summary>Each failed check in words.</summary>
    [Id(4)]
    public string[] Problems { get; init; } = [];
}
