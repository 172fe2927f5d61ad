namespace Orleans.MLOps;

/// <summary>The request is wrong in itself: the message names the field, what was given and what is allowed. Nothing was written.</summary>
[GenerateSerializer, Alias("mlops.errors.invalid-input")]
public sealed class InvalidInputException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.InvalidInput, message, field, inner);
