namespace Orleans.MLOps;

/// <summary>The time that the request gave itself, or its queue gives, ran out before it was computed; nothing was done.</summary>
[GenerateSerializer, Alias("mlops.errors.deadline-exceeded")]
public sealed class DeadlineExceededException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.DeadlineExceeded, message, field, inner);
