using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// Decides in one turn and appends in the same turn, so the log has the order of the decisions although calls overlap; the
/// frames go to the monitors from here, in the same order, and their first answers to the windows.
/// </summary>
[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-labels")]
internal sealed partial class LabelGrain(
    PredictionLogs predictions, LabelLogs labels, MonitorFeeds feeds, PlatformClock clock, ILogger<LabelGrain> logger) : Grain, ILabelGrain
{
    /// <summary>More frames are never between the log and the windows at once; far fewer than <see cref="TakenNumbers.Depth"/>.</summary>
    private const int MostUnderWay = 1024;

    private static readonly TimeSpan RepeatEvery = TimeSpan.FromSeconds(5);

    private readonly LabelIndex _index = new();
    private readonly Dictionary<long, LabelFrame> _durable = [];
    private EndpointKey _key;
    private IAppendLog _log = null!;
    private long _number;
    private long _pushed;
    private long _unknown;
    private string? _view;
    private WindowDelivery _delivery = null!;
    private Task _reading = Task.CompletedTask;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        _delivery = new WindowDelivery(MostUnderWay, BringAsync);

        // Opened before it is read: what another activation appends from now on makes the first append here fail.
        _log = await labels.OpenAsync(_key);
        await foreach (var (position, batch) in predictions.ReadAsync(_key, cancellationToken: cancellationToken))
        {
            _index.Read(PendingPredictions.Of(batch, LogPlace.Of(position)));
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
            _delivery.Owe(frame);
        }

        await RepeatAsync(cancellationToken);
        this.RegisterGrainTimer(RepeatAsync, new GrainTimerCreationOptions { DueTime = RepeatEvery, Period = RepeatEvery });
        await ReleaseAsync(_index.ReleaseSealed());
    }

    public Task Register(PendingPredictions batch) => ReleaseAsync(_index.Register(batch));

    public async Task<RecordedOperation?> FindOperation(Guid operation, CancellationToken cancellationToken)
    {
        if (_index.Find(operation) is { } known)
        {
            return known;
        }

        // A recorder that died may have logged what it never registered. A reading under way may have passed its place; the next has not.
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (_index.Find(operation) is { } read)
        {
            return read;
        }

        if (_reading.IsCompleted)
        {
            _reading = ReadNewAsync();
        }

        await _reading.WaitAsync(cancellationToken);
        return _index.Find(operation);
    }

    private async Task ReadNewAsync()
    {
        await foreach (var (position, batch) in predictions.ReadAsync(_key, _index.Places))
        {
            await ReleaseAsync(_index.Read(PendingPredictions.Of(batch, LogPlace.Of(position))));
        }
    }

    public async Task<LabelReply> Join(LabelBatch batch, string? view, int? viewVersion, CancellationToken cancellationToken)
    {
        LabelRules.Validate(batch, clock.EventNow);

        // Also what an earlier call left behind: a caller that repeats labels is answered only when they are in the windows.
        await _delivery.SettleAsync();
        _delivery.RequireRoom();
        var rows = _index.Join(batch);
        _view = view ?? _view;
        if (rows.Length > 0)
        {
            var frame = await AppendAsync(rows, view);
            await _delivery.DeliverAsync(frame, viewVersion);
        }

        return new LabelReply
        {
            Accepted = rows.Count(row => row.Kind is LabelKind.First or LabelKind.Parked),
            Repeated = rows.Count(row => row.Kind == LabelKind.Repeated),
            Corrected = rows.Count(row => row.Kind == LabelKind.Correction),
            Unknown = CountUnknown(rows),
        };
    }

    public Task<long> CountUnknown() => Task.FromResult(_unknown + _index.Expired);

    private static int CountUnknown(LabelRow[] rows) => rows.Count(row => row.Kind == LabelKind.Unknown);

    private LabelRow[] WindowRows(LabelRow[] rows) => Array.FindAll(rows, row => row.Kind == LabelKind.First && _index.WindowKey(row) is not null);

    /// <summary>Labels that waited for their predictions go the way of all others: to the log, then to the windows, at the latest with the next repetition.</summary>
    private async Task ReleaseAsync(LabelRow[] rows)
    {
        if (rows.Length > 0)
        {
            _delivery.Owe(await AppendAsync(rows, _view));
            await RepeatAsync(CancellationToken.None);
        }
    }

    private async Task RepeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _delivery.SettleAsync();
        }
        catch (Exception error)
        {
            LogOwed(_key.ToString(), _delivery.Owed, error);
        }
    }

    /// <summary>Brings a frame's first answers to the windows of its view, which drop what they have.</summary>
    private async Task BringAsync(LabelFrame frame, int? viewVersion)
    {
        if (frame.View is null || WindowRows(frame.Rows) is not { Length: > 0 } rows)
        {
            return;
        }

        try
        {
            await GrainFactory.GetGrain<IOnlineFeaturesGrain>(frame.View).Apply(new OnlineRequest
            {
                ObservationKeys = Array.ConvertAll(rows, row => _index.WindowKey(row)!),
                ObservationValues = Array.ConvertAll(rows, row => (double)row.Value),
                ObservedAt = Array.ConvertAll(rows, row => row.ObservedAt),
                Version = viewVersion,
                Source = _key.ToString(),
                Number = frame.Number,
            });
        }
        catch (Exception error) when (error is NotFoundException or InvalidInputException or FailedPreconditionException or DataLossException)
        {
            // Another attempt would be refused as well, and would keep all later labels from the windows.
            LogRefused(frame.Number, _key.ToString(), error);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The windows refused label frame {Number} of {Endpoint}; its labels count everywhere else")]
    private partial void LogRefused(long number, string endpoint, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Frames} label frames of {Endpoint} have not reached their windows yet")]
    private partial void LogOwed(string endpoint, int frames, Exception error);
}
