namespace Orleans.MLOps.Features;

/// <summary>Label values for the windows of a view that belong to no prediction: history before the endpoint existed.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.observation-batch")]
public sealed record ObservationBatch
{
    /// <summary>Window key value of each row, such as the origin airport.</summary>
    [Id(0)]
    public string[] Keys { get; init; } = [];

    /// <summary>The values.</summary>
    [Id(1)]
    public double[] Values { get; init; } = [];

    /// <summary>When each became available; not decreasing.</summary>
    [Id(2)]
    public DateTimeOffset[] ObservedAt { get; init; } = [];
}
