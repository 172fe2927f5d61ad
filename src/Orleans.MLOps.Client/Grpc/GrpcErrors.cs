using System.Net.Sockets;
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
        if (HasCode(error, out var code))
        {
            var field = error.Trailers.GetValue(ErrorTrailers.Field);
            return TypedErrors.Create(code, detail, field is null ? null : ErrorTrailers.Unescape(field), error);
        }

        if (error.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            return new OperationCanceledException(detail, error, cancellationToken);
        }

        if (IsAway(error))
        {
            return new UnavailableException($"The platform is unavailable: {detail}", inner: error);
        }

        return error.StatusCode switch
        {
            StatusCode.Cancelled => new OperationCanceledException(detail, error),
            StatusCode.DeadlineExceeded => new TimeoutException($"The platform did not answer in time: {detail}", error),
            StatusCode.NotFound => new NotFoundException(detail, inner: error),
            StatusCode.AlreadyExists => new AlreadyExistsException(detail, inner: error),
            StatusCode.InvalidArgument or StatusCode.OutOfRange => new InvalidInputException(detail, inner: error),
            StatusCode.FailedPrecondition or StatusCode.Aborted => new FailedPreconditionException(detail, inner: error),
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => new PermissionDeniedException(detail, inner: error),
            StatusCode.ResourceExhausted => new ResourceExhaustedException(detail, inner: error),
            StatusCode.DataLoss => new DataLossException(detail, inner: error),
            _ => error,
        };
    }

    /// <summary>Whether the gateway said that it cannot serve, or its connection broke, whatever status gRPC gave that.</summary>
    public static bool IsAway(RpcException error) =>
        error.StatusCode == StatusCode.Unavailable
        || (error.StatusCode is StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown
            && Causes(error).Any(cause => cause is IOException or SocketException or HttpRequestException or TimeoutException));

    /// <summary>Whether no connection came about, so that the call cannot have taken effect.</summary>
    public static bool WasNeverSent(Exception error) =>
        error is UnavailableException { InnerException: RpcException call }
        && Causes(call).Any(cause => cause is TimeoutException or HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError
        });

    private static bool HasCode(RpcException error, out ErrorCode code) =>
        Enum.TryParse(error.Trailers.GetValue(ErrorTrailers.Code), out code) && Enum.IsDefined(code);

    private static IEnumerable<Exception> Causes(RpcException error)
    {
        for (var cause = error.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }
}
