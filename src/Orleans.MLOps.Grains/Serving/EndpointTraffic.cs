using System.Collections.Concurrent;
using Orleans.MLOps.Grains.Serving.Tensors;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>What this silo knows of one endpoint's traffic; it outlives the endpoint's revisions.</summary>
internal sealed class EndpointTraffic(TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, VariantCounters> _counters = new();

    public EndpointGate Gate { get; } = new(clock);

    public VariantCounters Counters(int version) => _counters.GetOrAdd(version, static (_, time) => new VariantCounters(time), clock);
}
