using Grpc.Core;

namespace Orleans.MLOps.Gateway.Errors;

/// <summary>The one table from kinds of errors to gRPC statuses.</summary>
internal static class StatusTable
{
    public static StatusCode Of(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => StatusCode.NotFound,
        ErrorCode.AlreadyExists => StatusCode.AlreadyExists,
        ErrorCode.InvalidInput => StatusCode.InvalidArgument,
        ErrorCode.FailedPrecondition => StatusCode.FailedPrecondition,
        ErrorCode.PermissionDenied => StatusCode.PermissionDenied,
        ErrorCode.ResourceExhausted => StatusCode.ResourceExhausted,
        ErrorCode.Unavailable => StatusCode.Unavailable,
        ErrorCode.DataLoss => StatusCode.DataLoss,
        ErrorCode.DeadlineExceeded => StatusCode.DeadlineExceeded,
        _ => StatusCode.Unknown,
    };

    /// <summary>The status of an error that is not the platform's own, or null when nobody expected it.</summary>
    public static Status? Of(Exception error) => error switch
    {
        LimitExceededException => new(StatusCode.ResourceExhausted, "The platform has too many requests queued; try again later."),
        SiloUnavailableException or OrleansMessageRejectionException => new(StatusCode.Unavailable, "The part of the platform that was asked is away; try again."),
        TimeoutException => new(StatusCode.DeadlineExceeded, "The platform did not answer in time; whether the call took effect is unknown."),
        OperationCanceledException => new(StatusCode.Cancelled, "The call was cancelled."),
        _ => null,
    };
}
