namespace Orleans.MLOps.Experiments;

/// <summary>What a tag must be for a batch to change it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.expected-tag")]
public sealed record ExpectedTag
{
    /// <summary>The tag; the batch sets it.</summary>
    [Id(0)]
    public required string Key { get; init; }

    /// <summary>Its value until then; absent if the run has no such tag.</summary>
    [Id(1)]
    public string? Value { get; init; }
}
