using Grpc.Core;

namespace Orleans.MLOps.Server.Security;

/// <summary>Writes why a door stays closed: a status with a sentence, in gRPC's form for gRPC calls.</summary>
internal static class Refusal
{
    private const string GrpcContent = "application/grpc";

    // MLflow's clients look for an error code in JSON.
    private static readonly string[] JsonRoots = ["/api", "/ajax-api", "/graphql", "/get-artifact", "/model-versions"];

    /// <param name="context">The request.</param>
    /// <param name="status">401 or 403.</param>
    /// <param name="sentence">Why; printable ASCII without '%', so that it fits a gRPC header as it is.</param>
    public static Task WriteAsync(HttpContext context, int status, string sentence)
    {
        if (context.Request.ContentType?.StartsWith(GrpcContent, StringComparison.OrdinalIgnoreCase) != true)
        {
            context.Response.StatusCode = status;
            if (Array.Exists(JsonRoots, root => context.Request.Path.StartsWithSegments(root, StringComparison.Ordinal)))
            {
                return context.Response.WriteAsJsonAsync(
                    new { error_code = status == StatusCodes.Status401Unauthorized ? "UNAUTHENTICATED" : "PERMISSION_DENIED", message = sentence }, context.RequestAborted);
            }

            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(sentence);
        }

        // A bare HTTP 401 would reach gRPC clients without the sentence.
        var code = status == StatusCodes.Status401Unauthorized ? StatusCode.Unauthenticated : StatusCode.PermissionDenied;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = GrpcContent;
        context.Response.Headers["grpc-status"] = ((int)code).ToString();
        context.Response.Headers["grpc-message"] = sentence;
        return Task.CompletedTask;
    }
}
