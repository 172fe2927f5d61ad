using Grpc.Core;

namespace Orleans.MLOps.Server.Security;

/// <summary>Writes why a door stays closed: a status with a sentence, in gRPC's form for gRPC calls.</summary>
internal static class Refusal
{
    private const string GrpcContent = "application/grpc";

    // MLflow's clients look for an error code in JSON.
    private static readonly string[] JsonRoots = ["/api", "/ajax-api", "/graphql", "/get-artifact", "/model-versions"];

    // So do the clients of serving protocols, for another one.
    private static readonly string[] ServingRoots = ["/v1", "/v2"];

    /// <param name="context">The request.</param>
    /// <param name="status">401 or 403.</param>
    /// <param name="sentence">Why; printable ASCII, as a gRPC header needs it.</param>
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

            if (Array.Exists(ServingRoots, root => context.Request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase)))
            {
                return context.Response.WriteAsJsonAsync(new { error = sentence }, context.RequestAborted);
            }

            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(sentence);
        }

        // A bare HTTP 401 would reach gRPC clients without the sentence.
        var code = status == StatusCodes.Status401Unauthorized ? StatusCode.Unauthenticated : StatusCode.PermissionDenied;
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = GrpcContent;
        context.Response.Headers["grpc-status"] = ((int)code).ToString();
        context.Response.Headers["grpc-message"] = sentence.Replace("%", "%25", StringComparison.Ordinal);
        return Task.CompletedTask;
    }
}
