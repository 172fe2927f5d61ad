using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Decides in one turn and appends in the same turn, so the log has the order of the decisions although calls overlap.</summary>
[GrainType("mlops-labels")]
internal sealed class LabelGrain(PredictionLogs predictions, LabelLogs labels, MonitorFeeds feeds) : Grain, ILabelGrain
{
    private readonly LabelIndex _index = new();
    private EndpointKey _key;
    private ISegmentLog _log = null!;
    private long _number;
    private long _unknown;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        _log = labels.Open(_key);
        await foreach (var (_, batch) in predictions.ReadAsync(_key, LogPosition.Start, cancellationToken))
        {
            _index.Register(PendingPredictions.Of(batch));
        }

        await foreach (var (_, frame) in labels.ReadAsync(_key, LogPosition.Start, cancellationToken))
        {
            _number = frame.Number;
            _unknown += CountUnknown(frame.Rows);
            foreach (var row in frame.Rows)
            {
                _index.Restore(row);
            }
        }
    }

    public async Task Register(PendingPredictions batch)
    {
        var waited = _index.Register(batch);
        if (waited.Length > 0)
        {
            feeds.Push(_key, new LabelFeedItem(await AppendAsync(waited)));
        }
    }

    public async Task<JoinedLabels> Join(LabelBatch batch, CancellationToken cancellationToken)
    {
        LabelIndex.Validate(batch);
        var rows = _index.Join(batch);
        var first = Array.FindAll(rows, row => row.Kind == LabelKind.First && _index.WindowKey(row) is not null);
        var frame = rows.Length == 0 ? null : await AppendAsync(rows);
        return new JoinedLabels
        {
            Reply = new LabelReply
            {
                Accepted = rows.Count(row => row.Kind is LabelKind.First or LabelKind.Parked),
                Repeated = rows.Count(row => row.Kind == LabelKind.Repeated),
                Corrected = rows.Count(row => row.Kind == LabelKind.Correction),
                Unknown = CountUnknown(rows),
            },
            Frame = frame,
            WindowKeys = Array.ConvertAll(first, row => _index.WindowKey(row)!),
            WindowValues = Array.ConvertAll(first, row => (double)row.Value),
            WindowTimes = Array.ConvertAll(first, row => row.ObservedAt),
        };
    }

    public Task<long> CountUnknown() => Task.FromResult(_unknown);

    private static int CountUnknown(LabelRow[] rows) => rows.Count(row => row.Kind == LabelKind.Unknown);

    private async Task<LabelFrame> AppendAsync(LabelRow[] rows)
    {
        var frame = new LabelFrame { Number = ++_number, Rows = rows };
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
        return frame;
    }
}
