using System.Text.Json;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Gateway.Errors;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>
/// The one table from kinds of errors to MLflow's codes and statuses. What a repeat cannot mend is a 4xx: clients repeat a 5xx for minutes.
/// </summary>
internal static class MlflowErrors
{
    public const string EndpointNotFound = "ENDPOINT_NOT_FOUND";

    /// <summary>Something is deleted that a call needs active.</summary>
    public const string InvalidState = "INVALID_STATE";

    private const string Invalid = "INVALID_PARAMETER_VALUE";

    public static (int Status, string Code, string Message)? Of(Exception error) => error switch
    {
        MLOpsException typed => (Status(typed.Code), Code(typed.Code), typed.Message),
        MlflowRefusalException refused => (StatusCodes.Status400BadRequest, refused.Code, refused.Message),
        BadHttpRequestException refused => (StatusCodes.Status400BadRequest, Invalid, refused.Message),
        JsonException malformed => (StatusCodes.Status400BadRequest, Invalid, $"The body is no JSON that this door reads: {malformed.Message}"),
        _ when StatusTable.Of(error) is { } known => (Status(known.StatusCode), Code(known.StatusCode), known.Detail),
        _ => null,
    };

    public static Task WriteAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "1";
        }

        return MlflowResponse.WriteAsync(context, writer =>
        {
            writer.WriteString("error_code", code);
            writer.WriteString("message", message);
        });
    }

    private static int Status(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists or ErrorCode.InvalidInput or ErrorCode.FailedPrecondition => StatusCodes.Status400BadRequest,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static string Code(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => "RESOURCE_DOES_NOT_EXIST",
        ErrorCode.AlreadyExists => "RESOURCE_ALREADY_EXISTS",
        ErrorCode.InvalidInput or ErrorCode.FailedPrecondition => Invalid,
        ErrorCode.PermissionDenied => "PERMISSION_DENIED",
        ErrorCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        ErrorCode.Unavailable => "TEMPORARILY_UNAVAILABLE",
        ErrorCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        _ => "DATA_LOSS",
    };

    private static int Status(StatusCode code) => code switch
    {
        StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status499ClientClosedRequest,
    };

    private static string Code(StatusCode code) => code switch
    {
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.Unavailable => "TEMPORARILY_UNAVAILABLE",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        _ => "CANCELLED",
    };
}
