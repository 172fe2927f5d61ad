using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Brings what this silo has made durable to the monitors, in order, off the hot path: one feed an endpoint.</summary>
internal sealed class MonitorFeeds(IGrainFactory grains, IServiceProvider services, ILogger<MonitorFeeds> logger)
{
    private readonly ConcurrentDictionary<EndpointKey, MonitorFeed> _feeds = new();

    public void Push(EndpointKey endpoint, FeedItem item) => Feed(endpoint).Push(item);

    /// <summary>Returns when everything pushed before has reached the monitors.</summary>
    public Task FlushAsync(EndpointKey endpoint) => _feeds.TryGetValue(endpoint, out var feed) ? feed.FlushAsync() : Task.CompletedTask;

    private MonitorFeed Feed(EndpointKey endpoint) => _feeds.GetOrAdd(
        endpoint,
        static (key, self) => new MonitorFeed(key, self.grains, (RouteTable)self.services.GetService(typeof(RouteTable))!, (ModelCache)self.services.GetService(typeof(ModelCache))!, self.logger),
        (grains, services, logger));
}
