using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// Decides in one turn and appends in the same turn, so the log has the order of the decisions although calls overlap; the
/// frames go to the monitors from here, in the same order.
/// </summary>
[GrainType("mlops-labels")]
internal sealed class LabelGrain(PredictionLogs predictions, LabelLogs labels, MonitorFeeds feeds, PlatformClock clock) : Grain, ILabelGrain
{
    /// <summary>More requests are never between their labels and their windows at once.</summary>
    private const int MostUnderWay = 1024;

    private readonly LabelIndex _index = new();
    private readonly Dictionary<long, LabelFrame> _durable = [];
    private EndpointKey _key;
    private ISegmentLog _log = null!;
    private long _number;
    private long _pushed;
    private long _unknown;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        _log = labels.Open(_key);
        await foreach (var (_, batch) in predictions.ReadAsync(_key, LogPosition.Start, cancellationToken))
        {
            _index.Register(PendingPredictions.Of(batch));
        }

        var latest = new Queue<LabelFrame>();
        await foreach (var (_, frame) in labels.ReadAsync(_key, LogPosition.Start, cancellationToken))
        {
            _number = frame.Number;
            _unknown += CountUnknown(frame.Rows);
            foreach (var row in frame.Rows)
            {
                _index.Restore(row);
            }

            latest.Enqueue(frame);
            if (latest.Count > MostUnderWay)
            {
                latest.Dequeue();
            }
        }

        // The activation before may have ended between a frame's append and its push.
        _pushed = _number;
        feeds.ReadLogs(_key);
        if (_index.ReleaseSealed() is { Length: > 0 } released)
        {
            await AppendAsync(released);
        }

        if (!labels.IsTakenUp(_key))
        {
            await RepeatWindowsAsync(latest);
            labels.TakeUp(_key);
        }
    }

    public async Task Register(PendingPredictions batch)
    {
        var waited = _index.Register(batch);
        if (waited.Length > 0)
        {
            await AppendAsync(waited);
        }
    }

    public async Task<JoinedLabels> Join(LabelBatch batch, string? view, CancellationToken cancellationToken)
    {
        LabelIndex.Validate(batch, clock.EventNow);
        var rows = _index.Join(batch);
        var first = WindowRows(rows);
        var number = rows.Length > 0 ? _number + 1 : 0;
        if (rows.Length > 0)
        {
            await AppendAsync(rows, first.Length > 0 ? view : null);
        }

        return new JoinedLabels
        {
            Number = number,
            Reply = new LabelReply
            {
                Accepted = rows.Count(row => row.Kind is LabelKind.First or LabelKind.Parked),
                Repeated = rows.Count(row => row.Kind == LabelKind.Repeated),
                Corrected = rows.Count(row => row.Kind == LabelKind.Correction),
                Unknown = CountUnknown(rows),
            },
            WindowKeys = Array.ConvertAll(first, row => _index.WindowKey(row)!),
            WindowValues = Array.ConvertAll(first, row => (double)row.Value),
            WindowTimes = Array.ConvertAll(first, row => row.ObservedAt),
        };
    }

    public Task<long> CountUnknown() => Task.FromResult(_unknown);

    private static int CountUnknown(LabelRow[] rows) => rows.Count(row => row.Kind == LabelKind.Unknown);

    private LabelRow[] WindowRows(LabelRow[] rows) => Array.FindAll(rows, row => row.Kind == LabelKind.First && _index.WindowKey(row) is not null);

    /// <summary>A crash may have come between labels and their windows: the windows drop what they have.</summary>
    private async Task RepeatWindowsAsync(IEnumerable<LabelFrame> frames)
    {
        foreach (var frame in frames.Where(frame => frame.View is not null))
        {
            var rows = WindowRows(frame.Rows);
            await GrainFactory.GetGrain<IOnlineFeaturesGrain>(frame.View!).Apply(new OnlineRequest
            {
                ObservationKeys = Array.ConvertAll(rows, row => _index.WindowKey(row)!),
                ObservationValues = Array.ConvertAll(rows, row => (double)row.Value),
                ObservedAt = Array.ConvertAll(rows, row => row.ObservedAt),
                Source = _key.ToString(),
                Number = frame.Number,
            });
        }
    }

    private async Task AppendAsync(LabelRow[] rows, string? view = null)
    {
        var frame = new LabelFrame { Number = ++_number, Rows = rows, View = view };
        try
        {
            await _log.AppendAsync(LabelFrameCodec.Encode(frame), durable: true);
        }
        catch (Exception)
        {
            // Memory is ahead of the log now: the next activation starts from what is stored.
            DeactivateOnIdle();
            throw;
        }

        _unknown += CountUnknown(rows);
        _durable.Add(frame.Number, frame);
        while (_durable.Remove(_pushed + 1, out var next))
        {
            feeds.Push(_key, new LabelFeedItem(next));
            _pushed++;
        }
    }
}
