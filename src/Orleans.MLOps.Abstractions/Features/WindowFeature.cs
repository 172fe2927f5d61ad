namespace Orleans.MLOps.Features;

/// <summary>A feature over a sliding window in availability time. At instant t the closed window [t - Length, t] holds the values that had become available by then.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.window-feature")]
public sealed record WindowFeature
{
    /// <summary>The feature's name.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What it computes.</summary>
    [Id(1)]
    public WindowAggregate Aggregate { get; init; }

    /// <summary>The column of the view whose values are aggregated; for label windows the label column.</summary>
    [Id(2)]
    public required string Column { get; init; }

    /// <summary>The column whose value selects the rows, such as the origin airport.</summary>
    [Id(3)]
    public required string Key { get; init; }

    /// <summary>The window's length.</summary>
    [Id(4)]
    public TimeSpan Length { get; init; }
}
