namespace Orleans.MLOps.Datasets;

/// <summary>A rule on one column. A row that breaks it is set aside (quarantined) with the reason, the others go on.</summary>
[GenerateSerializer, Immutable, Alias("mlops.datasets.expectation")]
public sealed record Expectation
{
    /// <summary>The column the rule is about.</summary>
    [Id(0)]
    public required string Column { get; init; }

    /// <summary>The rule.</summary>
    [Id(1)]
    public ExpectationKind Kind { get; init; }

    /// <summary>Lower bound of Range, inclusive; none if absent.</summary>
    [Id(2)]
    public double? Minimum { get; init; }

    /// <summary>Upper bound of Range, inclusive; none if absent.</summary>
    [Id(3)]
    public double? Maximum { get; init; }

    /// <summary>The texts OneOf allows.</summary>
    [Id(4)]
    public string[] Allowed { get; init; } = [];
}
