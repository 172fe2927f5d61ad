namespace Orleans.MLOps.Datasets;

/// <summary>Creates a split of a dataset version. Repeating it with the same rule gives the same split.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.create-split")]
public sealed record CreateSplit
{
    /// <summary>The split's name, unique in the version.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The rule.</summary>
    [Id(1)]
    public required SplitSpec Spec { get; init; }
}
