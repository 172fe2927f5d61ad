using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Serving;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class MonitorFeedTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Push_BehindABatchThatOnlyTheLogHolds_CountsBoth()
    {
        var name = await platform.ServeAsync();
        await platform.PredictAsync(name, 1);
        await platform.Client.Monitoring.FlushAsync(name);
        var endpoint = new EndpointKey("default", name);
        var (logs, feeds) = (platform.Silo.Services.GetRequiredService<PredictionLogs>(), platform.Silo.Services.GetRequiredService<MonitorFeeds>());
        SealedBatch? first = null;
        await foreach (var (_, batch) in logs.ReadAsync(endpoint))
        {
            first = batch;
        }

        var (hidden, told) = (first! with { Sequence = first!.Sequence + 1 }, first with { Sequence = first.Sequence + 2 });
        await logs.AppendAsync(endpoint, first.Recorder, SealedBatchCodec.Encode(hidden));
        feeds.Push(endpoint, new SealedFeedItem(told, await logs.AppendAsync(endpoint, first.Recorder, SealedBatchCodec.Encode(told))));
        await feeds.FlushAsync(endpoint);

        Assert.Equal(3, (await platform.ReportAsync(name)).Predictions);
    }
}
