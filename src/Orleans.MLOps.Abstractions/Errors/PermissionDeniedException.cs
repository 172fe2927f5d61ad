namespace Orleans.MLOps;

/// <summary>The caller may not do this.</summary>
[GenerateSerializer, Alias("mlops.errors.permission-denied")]
public sealed class PermissionDeniedException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.PermissionDenied, message, field, inner);
