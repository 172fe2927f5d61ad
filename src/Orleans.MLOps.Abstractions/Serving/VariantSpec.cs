namespace Orleans.MLOps.Serving;

/// <summary>One model version behind an endpoint.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.variant-spec")]
public sealed record VariantSpec
{
    /// <summary>The variant's name, unique in the endpoint.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The model version.</summary>
    [Id(1)]
    public int Version { get; init; }

    /// <summary>Its share of the traffic, relative to the others; 0 or more; default 1.</summary>
    [Id(2)]
    public double Weight { get; init; } = 1;

    /// <summary>More names that callers may ask for, such as <c>stable</c> or <c>canary</c>: letters, digits and <c>_</c>, each unique in the endpoint.</summary>
    [Id(3)]
    public string[] Labels { get; init; } = [];
}
