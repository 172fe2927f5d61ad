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

    /// <summary>
    /// Who numbers the batches, 1 to 128 characters, such as one stream: batches with the same source and number count once, however often they
    /// are sent. Over gRPC the SDK numbers those of a session when none is given; an Orleans or co-hosted client sends them once, as they are.
    /// Default: none; the batch counts each time.
    /// </summary>
    [Id(3)]
    public string? Source { get; init; }

    /// <summary>The source's number for the batch; what comes more than 4,096 behind the source's highest counts as sent before. Default: 0.</summary>
    [Id(4)]
    public long Number { get; init; }
}
