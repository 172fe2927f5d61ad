namespace Orleans.MLOps.Experiments;

/// <summary>A dataset version that a run used: one of the platform's, or a foreign one.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-dataset")]
public sealed record RunDataset
{
    /// <summary>Its name, 1 to 500 characters.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Its digest, 1 to 64 characters.</summary>
    [Id(1)]
    public required string Digest { get; init; }

    /// <summary>Such as <c>orleans.mlops</c>, <c>local</c> or <c>s3</c>.</summary>
    [Id(2)]
    public required string SourceType { get; init; }

    /// <summary>Where it comes from; for the platform's own, the dataset version's key.</summary>
    [Id(3)]
    public required string Source { get; init; }

    /// <summary>Its schema as the client described it.</summary>
    [Id(4)]
    public string? Schema { get; init; }

    /// <summary>Its profile as the client described it.</summary>
    [Id(5)]
    public string? Profile { get; init; }

    /// <summary>Tags of this use; <c>mlflow.data.context</c> says training, validation and so on.</summary>
    [Id(6)]
    public Dictionary<string, string> Tags { get; init; } = [];
}
