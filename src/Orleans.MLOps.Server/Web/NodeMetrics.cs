using System.Diagnostics.Metrics;
using Prometheus;

namespace Orleans.MLOps.Server.Web;

/// <summary>Exports the .NET meters of the platform, of Orleans, of the web server and of the runtime in Prometheus' format. One registry a node.</summary>
internal sealed class NodeMetrics : IDisposable
{
    private static readonly string[] Meters = ["mlops", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>Those that the web server counts at every request, whatever it asks for: they would cost an inference a tenth of its time.</summary>
    private static readonly string[] OfEveryRequest = ["http.server.active_requests", "kestrel.queued_requests"];

    private readonly IDisposable _listener;
    private readonly InferenceHistograms _histograms;

    public NodeMetrics(IServiceProvider services)
    {
        Registry = Metrics.NewCustomRegistry();
        _ = new InferenceMetrics(services, Registry);
        _histograms = new InferenceHistograms(Registry);
        _listener = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = Wanted,
            Registry = Registry,
            // Without a factory of its own the adapter counts its instruments here but files their values elsewhere.
            MetricFactory = Metrics.WithCustomRegistry(Registry),
        });
    }

    public CollectorRegistry Registry { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _histograms.Dispose();
    }

    private static bool Wanted(Instrument instrument) =>
        Array.IndexOf(Meters, instrument.Meter.Name) >= 0 && Array.IndexOf(OfEveryRequest, instrument.Name) < 0 && !InferenceHistograms.IsOwn(instrument);
}
