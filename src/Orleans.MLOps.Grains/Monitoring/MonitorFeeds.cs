using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Brings what this silo has made durable to the monitors, in order, off the hot path: one feed an endpoint.</summary>
internal sealed class MonitorFeeds(IGrainFactory grains, IServiceProvider services, SiloDirectory silos, ILogger<MonitorFeeds> logger) : IRoomRecovery
{
    private readonly ConcurrentDictionary<EndpointKey, MonitorFeed> _feeds = new();

    public void Push(EndpointKey endpoint, FeedItem item) => Feed(endpoint).Push(item);

    /// <summary>Lets the monitors read the logs before the next item, because something may be there that was never pushed.</summary>
    public void ReadLogs(EndpointKey endpoint) => Feed(endpoint).ReadLogs();

    /// <summary>A silo that died may have sealed what it never pushed.</summary>
    public Task RecoverAsync(CancellationToken cancellationToken)
    {
        if (!silos.IsAlone)
        {
            foreach (var feed in _feeds.Values)
            {
                feed.ReadLogs();
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Returns when everything pushed before has reached the monitors.</summary>
    public Task FlushAsync(EndpointKey endpoint) => _feeds.TryGetValue(endpoint, out var feed) ? feed.FlushAsync() : Task.CompletedTask;

    private MonitorFeed Feed(EndpointKey endpoint) => _feeds.GetOrAdd(
        endpoint,
        static (key, self) => new MonitorFeed(key, self.grains, (RouteTable)self.services.GetService(typeof(RouteTable))!, (MonitoringReferences)self.services.GetService(typeof(MonitoringReferences))!, self.logger),
        (grains, services, logger));
}
