namespace Orleans.MLOps.Client.Errors;

/// <summary>Makes the typed exception of an error code that travelled as data.</summary>
internal static class TypedErrors
{
    public static MLOpsException Create(ErrorCode code, string message, string? field = null, Exception? inner = null) => code switch
    {
        ErrorCode.NotFound => new NotFoundException(message, field, inner),
        ErrorCode.AlreadyExists => new AlreadyExistsException(message, field, inner),
        ErrorCode.InvalidInput => new InvalidInputException(message, field, inner),
        ErrorCode.FailedPrecondition => new FailedPreconditionException(message, field, inner),
        ErrorCode.PermissionDenied => new PermissionDeniedException(message, field, inner),
        ErrorCode.ResourceExhausted => new ResourceExhaustedException(message, field, inner),
        ErrorCode.Unavailable => new UnavailableException(message, field, inner),
        ErrorCode.DataLoss => new DataLossException(message, field, inner),
        ErrorCode.DeadlineExceeded => new DeadlineExceededException(message, field, inner),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "The error code is unknown."),
    };

    /// <summary>Whether the platform refused for good, so that what was staged for the call is of no use any more.</summary>
    public static bool IsFinal(MLOpsException error) => 
        error.InnerException is OversizedMessageException || error.Code is not (ErrorCode.Unavailable or ErrorCode.ResourceExhausted or ErrorCode.DeadlineExceeded);
}
