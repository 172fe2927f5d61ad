using System.Collections.Concurrent;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Models that were loaded for changes of endpoints that have not come yet.</summary>
internal sealed class PreparedModels(ModelCache models, PlatformClock clock)
{
    /// <summary>A change comes right after its models are loaded everywhere; one that has not come by then was given up.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(3);

    private readonly ConcurrentDictionary<EndpointKey, Prepared> _prepared = new();

    /// <exception cref="MLOpsException">A version cannot be loaded.</exception>
    public async Task LoadAsync(EndpointKey key, EndpointInfo next)
    {
        var prepared = new Prepared(next.Revision, await models.LeaseAllAsync(next));
        prepared.Expiry = clock.WallTime.CreateTimer(_ => Release(key, prepared), null, KeptFor, Timeout.InfiniteTimeSpan);
        if (_prepared.TryRemove(key, out var before))
        {
            before.Release();
        }

        if (!_prepared.TryAdd(key, prepared))
        {
            prepared.Release();
        }
    }

    /// <summary>The change to a revision has come: its route keeps the models loaded by itself.</summary>
    public void Release(EndpointKey key, int revision)
    {
        if (_prepared.TryGetValue(key, out var prepared) && prepared.Revision <= revision)
        {
            Release(key, prepared);
        }
    }

    private void Release(EndpointKey key, Prepared prepared)
    {
        if (_prepared.TryRemove(KeyValuePair.Create(key, prepared)))
        {
            prepared.Release();
        }
    }

    private sealed class Prepared(int revision, ModelLease[] leases)
    {
        public int Revision { get; } = revision;

        public ITimer? Expiry { get; set; }

        public void Release()
        {
            Expiry?.Dispose();
            Array.ForEach(leases, lease => lease.Dispose());
        }
    }
}
