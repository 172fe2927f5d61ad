namespace Orleans.MLOps.Serving;

/// <summary>Where the time of one inference went.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.infer-times")]
public sealed record InferTimes
{
    /// <summary>From the arrival to the call of the engine.</summary>
    [Id(0)]
    public int QueueMicroseconds { get; init; }

    /// <summary>In the engine, the whole batch.</summary>
    [Id(1)]
    public int InferMicroseconds { get; init; }

    /// <summary>Rows that went to the engine together.</summary>
    [Id(2)]
    public int BatchRows { get; init; }
}
