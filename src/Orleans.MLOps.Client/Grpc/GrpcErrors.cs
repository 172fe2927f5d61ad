using Grpc.Core;
using Orleans.MLOps.Client.Errors;

namespace Orleans.MLOps.Client.Grpc;

/// <summary>Turns gRPC statuses back into the exceptions that a co-hosted client throws.</summary>
internal static class GrpcErrors
{
    /// <summary>
    /// The typed exception of a failed call. The trailer decides; without it (a proxy, a limit of gRPC itself) the status does.
    /// Statuses without a counterpart stay what they are.
    /// </summary>
    public static Exception ToTyped(RpcException error, CancellationToken cancellationToken)
    {
        var detail = error.Status.Detail;
        if (Enum.TryParse<ErrorCode>(error.Trailers.GetValue(ErrorTrailers.Code), out var code) && Enum.IsDefined(code))
        {
            var field = error.Trailers.GetValue(ErrorTrailers.Field);
            return TypedErrors.Create(code, detail, field is null ? null : ErrorTrailers.Unescape(field), error);
        }

        return error.StatusCode switch
        {
            StatusCode.Cancelled when cancellationToken.IsCancellationRequested => new OperationCanceledException(detail, error, cancellationToken),
            StatusCode.Cancelled => new OperationCanceledException(detail, error),
            StatusCode.DeadlineExceeded => new TimeoutException($"The platform did not answer in time: {detail}", error),
            StatusCode.NotFound => new NotFoundException(detail, inner: error),
            StatusCode.AlreadyExists => new AlreadyExistsException(detail, inner: error),
            StatusCode.InvalidArgument or StatusCode.OutOfRange => new InvalidInputException(detail, inner: error),
            StatusCode.FailedPrecondition or StatusCode.Aborted => new FailedPreconditionException(detail, inner: error),
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => new PermissionDeniedException(detail, inner: error),
            StatusCode.ResourceExhausted => new ResourceExhaustedException(detail, inner: error),
            StatusCode.Unavailable => new UnavailableException(detail, inner: error),
            StatusCode.DataLoss => new DataLossException(detail, inner: error),
            _ => error,
        };
    }
}
