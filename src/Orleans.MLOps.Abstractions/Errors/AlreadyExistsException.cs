namespace Orleans.MLOps;

/// <summary>An entity of that name exists with other content.</summary>
[GenerateSerializer, Alias("mlops.errors.already-exists")]
public sealed class AlreadyExistsException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.AlreadyExists, message, field, inner);
