using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Web;

/// <summary>Sends spans from the doors to the engines to an OpenTelemetry collector.</summary>
internal static class NodeTraces
{
    private const string Service = "orleans-mlops";

    /// <summary>What the platform and Orleans call their own spans; those of Orleans carry a trace from grain to grain, and take the platform's grains for its own by their namespace.</summary>
    private static readonly string[] Sources = ["Orleans.MLOps.Serving", "Microsoft.Orleans.Application", "Microsoft.Orleans.Runtime"];

    public static void AddNodeTraces(this WebApplicationBuilder builder, NodeOptions options)
    {
        if (options.TraceCollector is not { } collector)
        {
            return;
        }

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(Service, serviceVersion: NodeVersion.Text))
            .WithTracing(tracing => tracing
                .SetSampler(new ParentBasedSampler(new DoorSampler()))
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

    /// <summary>Traces begin at doors: what silos do of their own accord would be noise without end.</summary>
    private sealed class DoorSampler : Sampler
    {
        private const string Request = "Microsoft.AspNetCore.Hosting.HttpRequestIn";

        public override SamplingResult ShouldSample(in SamplingParameters samplingParameters) =>
            new(samplingParameters.Name == Request ? SamplingDecision.RecordAndSample : SamplingDecision.Drop);
    }
}
