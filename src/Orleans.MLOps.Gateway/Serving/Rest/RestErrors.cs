using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Gateway.Errors;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Runs the routes of serving protocols; errors are <c>{"error": "message"}</c>, as both protocols have it.</summary>
internal sealed partial class RestErrors(ILogger<RestErrors> logger)
{
    // Nobody listens to the answer any more.
    private const int ClientClosedRequest = 499;

    public RequestDelegate Guard(RequestDelegate handler) => async context =>
    {
        try
        {
            OtherSites.Refuse(context.Request);
            await handler(context).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (context.Response.HasStarted)
            {
                // A cut answer must not look whole.
                context.Abort();
                return;
            }

            var (status, message) = Explain(error, context);
            await WriteAsync(context, status, message).ConfigureAwait(false);
        }
    };

    public static Task WriteAsync(HttpContext context, int status, string message)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body))
        {
            writer.WriteStartObject();
            writer.WriteString("error"u8, message);
            writer.WriteEndObject();
        }

        context.Response.Clear();
        context.Response.StatusCode = status;
        if (status is StatusCodes.Status413PayloadTooLarge or StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(context.Request.Protocol))
        {
            // The rest of the body is not read, so no other request can come on this connection.
            context.Response.Headers.Connection = "close";
        }

        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.WrittenCount;
        return context.Response.Body.WriteAsync(body.WrittenMemory, context.RequestAborted).AsTask();
    }

    private (int Status, string Message) Explain(Exception error, HttpContext context)
    {
        switch (error)
        {
            case MLOpsException typed:
                return (StatusOf(typed.Code), typed.Message);
            case BadHttpRequestException bad:
                return (bad.StatusCode, bad.Message);
            case OperationCanceledException when context.RequestAborted.IsCancellationRequested:
                return (ClientClosedRequest, "The caller has left.");
        }

        if (StatusTable.Of(error) is { } known)
        {
            return (StatusOf(known.StatusCode), known.Detail);
        }

        var id = Guid.NewGuid().ToString("N");
        LogUnexpected(error, id, context.Request.Path);
        return (StatusCodes.Status500InternalServerError, $"The platform failed unexpectedly; its log has the details under error id {id}.");
    }

    private static int StatusOf(ErrorCode code) => code switch
    {
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.AlreadyExists => StatusCodes.Status409Conflict,
        ErrorCode.InvalidInput or ErrorCode.FailedPrecondition => StatusCodes.Status400BadRequest,
        ErrorCode.PermissionDenied => StatusCodes.Status403Forbidden,
        ErrorCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        ErrorCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        ErrorCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static int StatusOf(Grpc.Core.StatusCode code) => code switch
    {
        Grpc.Core.StatusCode.ResourceExhausted => StatusCodes.Status429TooManyRequests,
        Grpc.Core.StatusCode.Unavailable => StatusCodes.Status503ServiceUnavailable,
        Grpc.Core.StatusCode.DeadlineExceeded => StatusCodes.Status504GatewayTimeout,
        _ => ClientClosedRequest,
    };

    [LoggerMessage(LogLevel.Error, "Error {Id}: {Path} failed unexpectedly.")]
    private partial void LogUnexpected(Exception error, string id, string path);
}
