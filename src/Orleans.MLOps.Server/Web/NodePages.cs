using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;
using Prometheus;

namespace Orleans.MLOps.Server.Web;

/// <summary>The node's own few pages: where everything is, how it is, and its metrics.</summary>
internal static class NodePages
{
    public static void MapNodePages(this WebApplication app, NodeOptions options)
    {
        var readiness = app.Services.GetRequiredService<NodeReadiness>();
        var ports = app.Services.GetRequiredService<NodePorts>();
        app.MapGet("/", () => Results.Content(Home(NodeAddress.Of(options.Listen, ports.Grpc, options.Tls is not null), Path.GetFullPath(options.DataFolder), options.Metrics), "text/html; charset=utf-8"))
            .RequireAuthorization(DoorPolicies.Caller);
        app.MapGet("/health/live", () => Results.Text("live")).AllowAnonymous();
        app.MapGet("/health/ready", () => readiness.Obstacle() is { } obstacle
            ? Results.Text($"not ready: {obstacle}", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("ready")).AllowAnonymous();
        app.MapGet("/health", () => readiness.Obstacle() is { } obstacle
            ? Results.Text($"not ready: {obstacle}", statusCode: StatusCodes.Status503ServiceUnavailable)
            : Results.Text("OK")).AllowAnonymous();
        if (options.Metrics)
        {
            app.MapMetrics("/metrics", app.Services.GetRequiredService<NodeMetrics>().Registry).RequireAuthorization(DoorPolicies.Operator);
        }
    }

    private static string Home(Uri grpc, string dataFolder, bool metrics) =>
        $"""
        <!doctype html>
        <html lang="en">
        <title>Orleans.MLOps</title>
        <h1>Orleans.MLOps {NodeVersion.Text}</h1>
        <ul>
        <li>gRPC <code>orleans.mlops.v1</code>, with reflection and health: <code>{grpc.Authority}</code> (HTTP/2 {(grpc.Scheme == Uri.UriSchemeHttps ? "with" : "without")} TLS)</li>
        <li>MLflow's REST API: set <code>MLFLOW_TRACKING_URI</code> to this page's address</li>
        <li><a href="/dashboard/">/dashboard</a>: grains and silo</li>
        {(metrics ? """<li><a href="/metrics">/metrics</a>: for Prometheus</li>""" : "")}
        <li><a href="/health">/health</a>, <a href="/health/live">/health/live</a>, <a href="/health/ready">/health/ready</a></li>
        <li>data: <code>{System.Net.WebUtility.HtmlEncode(dataFolder)}</code></li>
        </ul>
        </html>
        """;
}
