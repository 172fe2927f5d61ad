namespace Orleans.MLOps.Serving;

/// <summary>Where the time of one inference went.</summary>
/// <param name="QueueMicroseconds">From the arrival to the call of the engine.</param>
/// <param name="InferMicroseconds">In the engine, the whole batch.</param>
/// <param name="BatchRows">Rows that went to the engine together.</param>
[GenerateSerializer, Immutable, Alias("mlops.serving.infer-times")]
public readonly record struct InferTimes([property: Id(0)] int QueueMicroseconds, [property: Id(1)] int InferMicroseconds, [property: Id(2)] int BatchRows);
