using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// The feed of one endpoint. Bounded: what does not fit, or fails on the way, is not lost, because the monitors then read
/// it from the logs themselves.
/// </summary>
internal sealed partial class MonitorFeed
{
    private const int Capacity = 4096;

    private readonly Channel<FeedItem> _items = Channel.CreateBounded<FeedItem>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly EndpointKey _endpoint;
    private readonly IGrainFactory _grains;
    private readonly RouteTable _routes;
    private readonly MonitoringReferences _references;
    private readonly ILogger _logger;
    private readonly HashSet<int> _versions = [];
    private volatile bool _behind;
    private long _sequence;

    public MonitorFeed(EndpointKey endpoint, IGrainFactory grains, RouteTable routes, MonitoringReferences references, ILogger logger)
    {
        (_endpoint, _grains, _routes, _references, _logger) = (endpoint, grains, routes, references, logger);
        _ = Task.Run(PumpAsync);
    }

    public void Push(FeedItem item)
    {
        if (!_items.Writer.TryWrite(item))
        {
            _behind = true;
        }
    }

    public void ReadLogs() => _behind = true;

    public async Task FlushAsync()
    {
        var flush = new FlushFeedItem(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _items.Writer.WriteAsync(flush);
        await flush.Done.Task;
    }

    private async Task PumpAsync()
    {
        await foreach (var item in _items.Reader.ReadAllAsync())
        {
            try
            {
                await CatchUpIfBehindAsync();
                await DeliverAsync(item);
            }
            catch (Exception error)
            {
                _behind = true;
                LogDeliveryFailed(_endpoint.Name, error);
                (item as FlushFeedItem)?.Done.TrySetException(error);
            }
        }
    }

    private async Task CatchUpIfBehindAsync()
    {
        if (_behind)
        {
            _behind = false;
            foreach (var version in _versions)
            {
                await Monitor(version).CatchUp();
            }
        }
    }

    private async Task DeliverAsync(FeedItem item)
    {
        switch (item)
        {
            case SealedFeedItem batch:
                if (batch.Batch.Sequence != _sequence + 1)
                {
                    // The batch before it failed and may be in the log all the same; behind this one nobody would look for it.
                    _behind = true;
                    await CatchUpIfBehindAsync();
                }

                _sequence = batch.Batch.Sequence;
                foreach (var version in batch.Batch.Versions.Distinct())
                {
                    await MeetAsync(version);
                    await Monitor(version).FoldPredictions(await SummarizeAsync(batch, version));
                }

                break;
            case LabelFeedItem labels:
                foreach (var version in labels.Frame.Rows.Select(row => row.Version).Distinct().Where(version => version > 0))
                {
                    await MeetAsync(version);
                    await Monitor(version).FoldLabels(labels.Frame);
                }

                break;
            case FlushFeedItem flush:
                flush.Done.SetResult();
                break;
            default:
                break;
        }
    }

    /// <summary>Lets the monitor of a version that is new here read the logs first: the silo that fed it before may have died with something unsaid.</summary>
    private async Task MeetAsync(int version)
    {
        if (!_versions.Contains(version))
        {
            await Monitor(version).CatchUp();
            _versions.Add(version);
        }
    }

    private async Task<BatchSummary> SummarizeAsync(SealedFeedItem item, int version)
    {
        var endpoint = (await _routes.GetAsync(_endpoint)).Endpoint;
        var reference = await _references.GetAsync(new ModelVersionKey(endpoint.Project, endpoint.Model, version));
        var panes = BatchSummarizer.Summarize(item.Batch, version, reference.Layout);
        return new BatchSummary
        {
            Recorder = item.Batch.Recorder,
            Sequence = item.Batch.Sequence,
            Position = LogPlace.Of(item.Position),
            PaneStarts = [.. panes.Keys],
            Panes = [.. panes.Values.Select(BatchSummarizer.ToBytes)],
        };
    }

    private IModelMonitorGrain Monitor(int version) =>
        _grains.GetGrain<IModelMonitorGrain>(new MonitorKey(_endpoint, version).ToString());

    [LoggerMessage(Level = LogLevel.Warning, Message = "The monitors of endpoint {Endpoint} could not be reached; they will read the logs")]
    private partial void LogDeliveryFailed(string endpoint, Exception error);
}
