namespace Orleans.MLOps;

/// <summary>The named entity does not exist.</summary>
[GenerateSerializer, Alias("mlops.errors.not-found")]
public sealed class NotFoundException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.NotFound, message, field, inner);
