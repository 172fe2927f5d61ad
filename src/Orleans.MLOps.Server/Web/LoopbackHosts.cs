using System.Net;

namespace Orleans.MLOps.Server.Web;

/// <summary>
/// Without keys a node trusts whoever reaches its loopback port. A browser reaches it for any page that has its name point there (DNS
/// rebinding), so requests must name this machine as their host.
/// </summary>
internal static class LoopbackHosts
{
    public static void RequireLoopbackHost(this WebApplication app) => app.Use((context, next) =>
    {
        var host = context.Request.Host.Host;
        if (host.Length == 0 || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            """{"error_code":"PERMISSION_DENIED","message":"This node asks for no keys and answers only requests to localhost, 127.0.0.1 or ::1."}""", context.RequestAborted);
    });
}
