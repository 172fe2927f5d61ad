using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Web;

/// <summary>What only a developer's own node offers, when its options say so.</summary>
internal static class DevelopmentDoor
{
    public static void MapDevelopment(this WebApplication app, NodeOptions options)
    {
        if (!options.ResetEnabled)
        {
            return;
        }

        // A page of another site can send a bare POST to a loopback port, but not this content type.
        app.MapPost("/api/dev/reset", async (HttpContext context) =>
        {
            if (!context.Request.HasJsonContentType())
            {
                return Results.Json(
                    new { error_code = "INVALID_PARAMETER_VALUE", message = "Bad Request. Content-Type must be one of ['application/json']." },
                    statusCode: StatusCodes.Status400BadRequest);
            }

            // Made late: routes are mapped before the stores are opened.
            await ActivatorUtilities.CreateInstance<TrackingReset>(context.RequestServices).RunAsync(context.RequestAborted);
            return Results.Json(new { });
        }).RequireAuthorization(DoorPolicies.Operator);
    }
}
