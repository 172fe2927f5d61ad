namespace Orleans.MLOps.Experiments;

/// <summary>One key of a logged models' order.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.logged-model-order")]
public sealed record LoggedModelOrder
{
    /// <summary>Such as <c>creation_timestamp</c> or <c>metrics.accuracy</c>.</summary>
    [Id(0)]
    public required string Field { get; init; }

    /// <summary>Largest first; default false.</summary>
    [Id(1)]
    public bool Descending { get; init; }

    /// <summary>Only a metric's value on this dataset.</summary>
    [Id(2)]
    public string? DatasetName { get; init; }

    /// <summary>Only a metric's value on this version of it.</summary>
    [Id(3)]
    public string? DatasetDigest { get; init; }
}
