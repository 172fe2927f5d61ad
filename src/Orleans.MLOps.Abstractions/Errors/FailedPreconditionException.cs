namespace Orleans.MLOps;

/// <summary>The entity's state forbids the request, or a compare-and-set was lost. Nothing was written.</summary>
[GenerateSerializer, Alias("mlops.errors.failed-precondition")]
public sealed class FailedPreconditionException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.FailedPrecondition, message, field, inner);
