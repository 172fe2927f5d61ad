namespace Orleans.MLOps;

/// <summary>A part the request needs is away; idempotent calls may be repeated.</summary>
[GenerateSerializer, Alias("mlops.errors.unavailable")]
public sealed class UnavailableException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.Unavailable, message, field, inner);
