using System.Diagnostics.Metrics;
using Prometheus;

namespace Orleans.MLOps.Server.Web;

/// <summary>Exports the .NET meters of the platform, of Orleans, of the web server and of the runtime in Prometheus' format. One registry a node.</summary>
internal sealed class NodeMetrics : IDisposable
{
    private static readonly string[] Meters = ["Orleans.MLOps", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly IDisposable _listener;

    public NodeMetrics()
    {
        Registry = Metrics.NewCustomRegistry();
        _listener = MeterAdapter.StartListening(new MeterAdapterOptions
        {
            InstrumentFilterPredicate = Wanted,
            Registry = Registry,
            // Without a factory of its own the adapter counts its instruments here but files their values elsewhere.
            MetricFactory = Metrics.WithCustomRegistry(Registry),
        });
    }

    public CollectorRegistry Registry { get; }

    public void Dispose() => _listener.Dispose();

    private static bool Wanted(Instrument instrument) => Array.IndexOf(Meters, instrument.Meter.Name) >= 0;
}
