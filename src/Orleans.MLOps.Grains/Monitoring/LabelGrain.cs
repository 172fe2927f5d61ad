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
[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-labels")]
internal sealed class LabelGrain(PredictionLogs predictions, LabelLogs labels, MonitorFeeds feeds, PlatformClock clock) : Grain, ILabelGrain
{
    /// <summary>More requests are never between their labels and their windows at once.</summary>
    private const int MostUnderWay = 1024;

    private readonly LabelIndex _index = new();
    private readonly Dictionary<long, LabelFrame> _durable = [];
    private EndpointKey _key;
    private IAppendLog _log = null!;
    private long _number;
    private long _pushed;
    private long _unknown;
    private string? _view;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());

        // Opened before it is read: what another activation appends from now on makes the first append here fail.
        _log = await labels.OpenAsync(_key);
        await foreach (var (_, batch) in predictions.ReadAsync(_key, cancellationToken: cancellationToken))
        {
            _index.Register(PendingPredictions.Of(batch));
        }

        var latest = new Queue<LabelFrame>();
        await foreach (var frame in labels.ReadAsync(_key, cancellationToken))
        {
            _number = frame.Number;
            _view = frame.View ?? _view;
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
        // A crash may have come between labels and their windows; those drop what they have.
        foreach (var frame in latest)
        {
            await ToWindowsAsync(frame);
        }

        await ReleaseAsync(_index.ReleaseSealed());
    }

    public async Task Register(PendingPredictions batch)
    {
        await ReleaseAsync(_index.Register(batch));
    }

    public async Task<JoinedLabels> Join(LabelBatch batch, string? view, CancellationToken cancellationToken)
    {
        LabelIndex.Validate(batch, clock.EventNow);
        var rows = _index.Join(batch);
        _view = view ?? _view;
        var first = WindowRows(rows);
        var number = rows.Length > 0 ? _number + 1 : 0;
        if (rows.Length > 0)
        {
            await AppendAsync(rows, view);
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

    public Task<long> CountUnknown() => Task.FromResult(_unknown + _index.Expired);

    private static int CountUnknown(LabelRow[] rows) => rows.Count(row => row.Kind == LabelKind.Unknown);

    private LabelRow[] WindowRows(LabelRow[] rows) => Array.FindAll(rows, row => row.Kind == LabelKind.First && _index.WindowKey(row) is not null);

    /// <summary>Labels that waited for their predictions go the way of all others: to the log, then to the windows.</summary>
    private async Task ReleaseAsync(LabelRow[] rows)
    {
        if (rows.Length > 0)
        {
            await ToWindowsAsync(await AppendAsync(rows, _view));
        }
    }

    /// <summary>Brings a frame's first answers to the windows of its view, which drop what they have.</summary>
    private async Task ToWindowsAsync(LabelFrame frame)
    {
        if (frame.View is not null && WindowRows(frame.Rows) is { Length: > 0 } rows)
        {
            await GrainFactory.GetGrain<IOnlineFeaturesGrain>(frame.View).Apply(new OnlineRequest
            {
                ObservationKeys = Array.ConvertAll(rows, row => _index.WindowKey(row)!),
                ObservationValues = Array.ConvertAll(rows, row => (double)row.Value),
                ObservedAt = Array.ConvertAll(rows, row => row.ObservedAt),
                Source = _key.ToString(),
                Number = frame.Number,
            });
        }
    }

    private async Task<LabelFrame> AppendAsync(LabelRow[] rows, string? view)
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

        return frame;
    }
}
