namespace Orleans.MLOps.Features;

/// <summary>Evaluates a view version over a dataset version into a feature frame. The result is cached by its inputs.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.materialize-view")]
public sealed record MaterializeView
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The view.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The view's version; the newest if absent.</summary>
    [Id(2)]
    public int? Version { get; init; }

    /// <summary>Dataset name.</summary>
    [Id(3)]
    public required string Dataset { get; init; }

    /// <summary>Dataset version.</summary>
    [Id(4)]
    public required string DatasetDigest { get; init; }

    /// <summary>Only examples with event time at or after.</summary>
    [Id(5)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Only examples with event time before.</summary>
    [Id(6)]
    public DateTimeOffset? To { get; init; }
}
