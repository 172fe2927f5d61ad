namespace Orleans.MLOps;

/// <summary>Stored bytes do not match their digest or frame.</summary>
[GenerateSerializer, Alias("mlops.errors.data-loss")]
public sealed class DataLossException(string message, string? field = null, Exception? inner = null)
    : MLOpsException(ErrorCode.DataLoss, message, field, inner);
