using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Web;

/// <summary>Sends spans from the doors to the engines to an OpenTelemetry collector.</summary>
internal static class NodeTraces
{
    private const string Service = "orleans-mlops";

    /// <summary>What the platform and Orleans call their own spans; those of Orleans carry a trace from silo to silo.</summary>
    private static readonly string[] Sources = ["Orleans.MLOps.Serving", "Microsoft.Orleans.Application"];

    public static void AddNodeTraces(this WebApplicationBuilder builder, NodeOptions options)
    {
        if (options.TraceCollector is not { } collector)
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Service, serviceVersion: NodeVersion.Text))
            .WithTracing(tracing => tracing
                .AddSource(Sources)
                .AddAspNetCoreInstrumentation()
                .AddOtlpExporter(exporter => exporter.Endpoint = collector));
    }

    public static void AddNodeTraces(this ISiloBuilder silo, NodeOptions options)
    {
        if (options.TraceCollector is not null)
        {
            silo.AddActivityPropagation();
        }
    }
}
