namespace Orleans.MLOps.Experiments;

/// <summary>Names a dataset, or one version of it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.dataset-reference")]
public sealed record DatasetReference
{
    /// <summary>The dataset.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The version; any if absent.</summary>
    [Id(1)]
    public string? Digest { get; init; }
}
