using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Statistics.Windows;

namespace Orleans.MLOps.Grains.Monitoring;

[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-model-monitor")]
internal sealed class ModelMonitorGrain(
    [PersistentState(ModelMonitorGrain.StateName, GrainServices.StateStorage)] IPersistentState<ModelMonitorCheckpoint> checkpoint,
    PredictionLogs predictions,
    LabelLogs labels,
    MonitoringReferences references,
    CatalogTable catalog) : Grain, IModelMonitorGrain
{
    internal const string StateName = "model-monitor-state";

    private const int FoldsBetweenCheckpoints = 64;

    private MonitorKey _key;
    private MonitoringReference _reference = null!;
    private MonitorState _windows = null!;
    private CanaryProbe? _canary;
    private int _foldsSinceCheckpoint;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = MonitorKey.Parse(this.GetPrimaryKeyString());
        var endpoint = await GrainFactory.GetGrain<IEndpointGrain>(_key.Endpoint.ToString()).Get(cancellationToken);
        _reference = await references.GetAsync(new ModelVersionKey(endpoint.Project, endpoint.Model, _key.Version));
        if (checkpoint.State.Windows is { } stored && !MonitorState.IsCurrent(stored))
        {
            // The logs hold all that an older format knew, and the ids of alerts follow from them.
            checkpoint.State = new ModelMonitorCheckpoint();
        }

        _windows = checkpoint.State.Windows is { } bytes
            ? MonitorState.FromBytes(bytes, _reference)
            : new MonitorState(_reference, await OptionsAsync());
        _canary = checkpoint.State.Canary is { } canary ? CanaryProbe.FromBytes(canary, _reference.Layout) : null;
        await CatchUp();
        this.RegisterGrainTimer(SaveIfDirtyAsync, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => SaveIfDirtyAsync();

    public Task FoldPredictions(BatchSummary summary)
    {
        Fold(
            summary.Recorder,
            summary.Sequence,
            summary.Position,
            summary.PaneStarts.Zip(summary.Panes, (start, pane) => KeyValuePair.Create(
                new DateTimeOffset(start, TimeSpan.Zero), BatchSummarizer.FromBytes(pane, _reference.Layout))));
        return SaveIfDueAsync();
    }

    public async Task FoldLabels(LabelFrame frame)
    {
        if (frame.Number > checkpoint.State.LabelFrame)
        {
            await FoldAsync(frame, await OptionsAsync());
            await SaveIfDueAsync();
        }
    }

    public async Task CatchUp()
    {
        await foreach (var (at, batch) in predictions.ReadAsync(_key.Endpoint, checkpoint.State.Places))
        {
            var panes = BatchSummarizer.Summarize(batch, _key.Version, _reference.Layout);
            Fold(batch.Recorder, batch.Sequence, LogPlace.Of(at), panes.Select(pane => KeyValuePair.Create(new DateTimeOffset(pane.Key, TimeSpan.Zero), pane.Value)));
        }

        var options = await OptionsAsync();
        await foreach (var (frame, next) in labels.ReadAsync(_key.Endpoint, checkpoint.State.Labels))
        {
            if (frame.Number > checkpoint.State.LabelFrame)
            {
                await FoldAsync(frame, options);
            }

            checkpoint.State.Labels = next;
        }
    }

    public Task<MonitorReport> GetReport() =>
        Task.FromResult(_windows.Report(_key.Endpoint.ToString(), _key.Version, checkpoint.State.Alerts));

    public Task<OutcomesSince> GetOutcomes(DateTimeOffset from) => Task.FromResult(_windows.OutcomesSince(from, _key.Version));

    public async Task<CanaryEvidence> Watch(DateTimeOffset[] steps, bool isNew)
    {
        var options = await OptionsAsync();
        if (_canary?.IsOf(steps) != true)
        {
            var served = new ServingPane(_reference.Layout);
            if (isNew)
            {
                served.MergeFrom(_windows.ServedSince(CanaryProbe.HourOf(steps[0])));
            }

            _canary = new CanaryProbe(steps, served);
            _foldsSinceCheckpoint++;
        }
        else if (_canary.Follow(steps))
        {
            _foldsSinceCheckpoint++;
        }

        return _canary.Evidence(_key.Version, _reference, options);
    }

    public Task<MonitorReport> GetState() => GetReport();

    private Task<MonitorOptions> OptionsAsync() => GrainFactory.GetGrain<IEndpointMonitorGrain>(_key.Endpoint.ToString()).GetOptions();

    private void Fold(uint recorder, long sequence, LogPlace position, IEnumerable<KeyValuePair<DateTimeOffset, ServingPane>> panes)
    {
        if (sequence > checkpoint.State.Sequences.GetValueOrDefault(recorder))
        {
            KeyValuePair<DateTimeOffset, ServingPane>[] folded = [.. panes];
            _windows.FoldPredictions(folded);
            _canary?.FoldPredictions(folded);
            checkpoint.State.Sequences[recorder] = sequence;
            checkpoint.State.Places[recorder] = position;
            _foldsSinceCheckpoint++;
        }
    }

    private async Task FoldAsync(LabelFrame frame, MonitorOptions options)
    {
        var entries = new List<CatalogEntry>();
        LabelRow[] rows = [.. frame.Rows.Where(row => row.Version == _key.Version)];
        _canary?.FoldLabels(rows);
        foreach (var finding in _windows.FoldLabels(rows, options))
        {
            if (!AlertRules.IsCoolingDown(finding, _windows.Watermark, checkpoint.State.LatestAlerts, options.CoolDown))
            {
                entries.AddRange(AlertRules.ToEntries(AlertRules.ToAlert(_key, finding, _windows.Watermark, options), _key.Endpoint));
                checkpoint.State.LatestAlerts[AlertRules.CoolDownKey(finding)] = _windows.Watermark;
                checkpoint.State.Alerts++;
            }
        }

        checkpoint.State.LabelFrame = frame.Number;
        _foldsSinceCheckpoint++;
        if (entries.Count > 0)
        {
            await WriteAlertsAsync(entries);
        }
    }

    /// <summary>Writes what one frame raised, all or nothing, so that a pipeline that looks meanwhile cannot see a part of it.</summary>
    private async Task WriteAlertsAsync(List<CatalogEntry> entries)
    {
        try
        {
            await catalog.TryAddAsync(entries);
        }
        catch (Exception)
        {
            // The frame is folded but its alerts are not written: the next activation folds it again from the checkpoint.
            _foldsSinceCheckpoint = 0;
            DeactivateOnIdle();
            throw;
        }
    }

    private Task SaveIfDueAsync() => _foldsSinceCheckpoint >= FoldsBetweenCheckpoints ? SaveIfDirtyAsync() : Task.CompletedTask;

    private async Task SaveIfDirtyAsync()
    {
        if (_foldsSinceCheckpoint > 0)
        {
            checkpoint.State.Windows = _windows.ToBytes();
            checkpoint.State.Canary = _canary?.ToBytes();
            _foldsSinceCheckpoint = 0;
            await StateWriter.WriteAsync(this, checkpoint);
        }
    }
}
