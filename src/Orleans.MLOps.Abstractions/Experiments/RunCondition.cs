namespace Orleans.MLOps.Experiments;

/// <summary>One condition of a search.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.run-condition")]
public sealed record RunCondition
{
    /// <summary>What it looks at.</summary>
    [Id(0)]
    public RunField Field { get; init; }

    /// <summary>Which attribute, param, tag or metric.</summary>
    [Id(1)]
    public required string Key { get; init; }

    /// <summary>How it compares.</summary>
    [Id(2)]
    public Comparison Comparison { get; init; }

    /// <summary>What it compares with; a number for metrics.</summary>
    [Id(3)]
    public required string Value { get; init; }
}
