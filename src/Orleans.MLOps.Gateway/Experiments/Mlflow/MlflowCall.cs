using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>What a route does with the fields of its request.</summary>
internal delegate Task MlflowHandler(HttpContext context, MlflowFields fields);

/// <summary>Reads a request, runs its route and answers errors in MLflow's words.</summary>
internal sealed partial class MlflowCall(ILogger<MlflowCall> logger)
{
    private const int LargestBody = 4 * 1024 * 1024;
    private const int DeepestBody = 32;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = DeepestBody };

    /// <summary>A route whose request is a JSON object, or a query for GET.</summary>
    public RequestDelegate Json(MlflowHandler handler) => context => GuardAsync(context, () => ReadAndRunAsync(context, handler));

    /// <summary>A route that reads its request itself.</summary>
    public RequestDelegate Raw(RequestDelegate handler) => context => GuardAsync(context, () => handler(context));

    /// <summary>What a client is told of an error; one that nobody expected is logged.</summary>
    public (int Status, string Code, string Message) Explain(Exception error, PathString path)
    {
        if (MlflowErrors.Of(error) is { } known)
        {
            return known;
        }

        var id = Guid.NewGuid().ToString("N");
        LogUnexpected(error, id, path);
        return (StatusCodes.Status500InternalServerError, "INTERNAL_ERROR", $"The platform failed unexpectedly; its log has the details under error id {id}.");
    }

    private static async Task ReadAndRunAsync(HttpContext context, MlflowHandler handler)
    {
        if (HttpMethods.IsGet(context.Request.Method))
        {
            await handler(context, new MlflowFields(context.Request.Query)).ConfigureAwait(false);
            return;
        }

        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false })
        {
            await handler(context, new MlflowFields(default(JsonElement))).ConfigureAwait(false);
            return;
        }

        if (!context.Request.HasJsonContentType() || context.Request.ContentType!.Contains('+', StringComparison.Ordinal))
        {
            throw new InvalidInputException("Bad Request. Content-Type must be one of ['application/json'].", "content-type");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestBody;
        }

        using var document = await JsonDocument.ParseAsync(context.Request.Body, Options, context.RequestAborted).ConfigureAwait(false);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException($"The body is a JSON {document.RootElement.ValueKind}: an object is required.", "body");
        }

        await handler(context, new MlflowFields(document.RootElement)).ConfigureAwait(false);
    }

    private async Task GuardAsync(HttpContext context, Func<Task> call)
    {
        try
        {
            OtherSites.Refuse(context.Request);
            await call().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (context.Response.HasStarted)
            {
                // A cut answer must not look whole.
                context.Abort();
            }

            var (status, code, message) = Explain(error, context.Request.Path);
            await RefuseAsync(context, status, code, message).ConfigureAwait(false);
        }
    }

    private static Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
        {
            return Task.CompletedTask;
        }

        context.Response.Clear();
        return MlflowErrors.WriteAsync(context, status, code, message);
    }

    [LoggerMessage(LogLevel.Error, "Error {Id}: {Path} failed unexpectedly.")]
    private partial void LogUnexpected(Exception error, string id, string path);
}
