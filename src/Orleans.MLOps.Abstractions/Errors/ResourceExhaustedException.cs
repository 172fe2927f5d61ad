namespace Orleans.MLOps;

/// <summary>A bound (queue, memory, size) is reached; nothing was written and trying later may work.</summary>
[GenerateSerializer, Alias("mlops.errors.resource-exhausted")]
public sealed class ResourceExhaustedException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.ResourceExhausted, message, field, inner);
