using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// A dataset. An ingest runs beside the grain's turns and reports back through <see cref="Finish"/>; until everything of its end is
/// durable it counts as running, so whatever interrupts it is repaired by running it again.
/// </summary>
[GrainType("mlops-dataset")]
internal sealed partial class DatasetGrain(
    [PersistentState(DatasetGrain.StateName, GrainServices.StateStorage)] IPersistentState<DatasetState> state,
    DatasetIngest ingest,
    IngestJournal journal,
    IBlobStore blobs,
    CatalogTable catalog,
    PlatformClock clock,
    StateFreshness freshness,
    ILogger<DatasetGrain> logger) : Grain, IDatasetGrain, IDatasetIngestControl, IDisposable
{
    public const string StateName = "dataset-state";
    public const string CatalogKind = "dataset";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, Task> _running = [];
    private readonly CancellationTokenSource _stopping = new();
    private DatasetKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = DatasetKey.Parse(this.GetPrimaryKeyString());
        CanonicalKey.Require(this.GetPrimaryKeyString(), _key.ToString());
        if (state.State.Ingests.Exists(record => record.Status == IngestStatus.Running))
        {
            // A running ingest without a runner was interrupted, whoever asks for it now.
            this.RegisterGrainTimer(LaunchInterrupted, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan });
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_running.Values).WaitAsync(Farewell, clock.WallTime, cancellationToken)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public async Task<IngestProgress> BeginIngest(IngestDataset command, string operationId, CancellationToken cancellationToken)
    {
        IngestCommand.Require(command, operationId, _key);
        var digest = VersionDigest.Of(command.Content.Digest, command.Format, command.Expectations);
        if (DatasetLifecycle.FindIngest(state.State, operationId) is { } known)
        {
            DatasetLifecycle.RequireSame(known, digest);
            LaunchInterrupted();
            return await GetIngest(operationId, cancellationToken);
        }

        if (DatasetLifecycle.HasVersion(state.State, digest))
        {
            if (command.Descriptions.Count > 0)
            {
                await Version(digest).Describe(command.Descriptions, cancellationToken);
            }

            DatasetLifecycle.Accept(state.State, operationId, digest, command);
            await StateWriter.WriteAsync(this, state);
            await blobs.AbandonAsync(command.Content, CancellationToken.None);
        }
        else
        {
            ingest.Locate(command.Content);
            var record = DatasetLifecycle.Accept(state.State, operationId, digest, command);
            await StateWriter.WriteAsync(this, state);
            Launch(record);
            await journal.AddAsync(_key, operationId, CancellationToken.None);
        }

        return await GetIngest(operationId, cancellationToken);
    }

    public async Task<IngestProgress> GetIngest(string operationId, CancellationToken cancellationToken)
    {
        var record = DatasetLifecycle.FindIngest(state.State, operationId)
            ?? throw await ConfirmAsync(new NotFoundException($"Dataset '{_key.Name}' of project '{_key.Project}' knows no ingest '{operationId}'.", "operation_id"));
        var status = _running.ContainsKey(operationId) ? IngestStatus.Running : record.Status;
        return new IngestProgress
        {
            OperationId = operationId,
            Status = status,
            ErrorCode = status == IngestStatus.Failed ? record.ErrorCode : null,
            Error = status == IngestStatus.Failed ? record.Error : null,
            Version = status == IngestStatus.Completed ? await VersionReader(record.VersionDigest).Get(cancellationToken) : null,
        };
    }

    public Task Describe(Dictionary<string, string> columns, CancellationToken cancellationToken) =>
        Version(Latest()).Describe(columns, cancellationToken);

    public async Task<DatasetVersionInfo> GetVersion(string? digest, CancellationToken cancellationToken)
    {
        if (state.State.Versions.Count == 0)
        {
            throw await ConfirmAsync(Unknown());
        }

        digest ??= Latest();
        return DatasetLifecycle.HasVersion(state.State, digest)
            ? await VersionReader(digest).Get(cancellationToken)
            : throw await ConfirmAsync(new NotFoundException($"Dataset '{_key.Name}' of project '{_key.Project}' has no version '{digest}'.", "digest"));
    }

    public Task<DatasetSummary> GetState() => Task.FromResult(DatasetLifecycle.Summarise(state.State, _key));

    public async Task Resume(string operationId, CancellationToken cancellationToken)
    {
        LaunchInterrupted();
        if (DatasetLifecycle.FindIngest(state.State, operationId) is not { Status: IngestStatus.Running })
        {
            await journal.RemoveAsync(_key, operationId, cancellationToken);
        }
    }

    public async Task Finish(string operationId, IngestOutcome outcome, CancellationToken cancellationToken)
    {
        if (DatasetLifecycle.FindIngest(state.State, operationId) is not { Status: IngestStatus.Running } record)
        {
            _running.Remove(operationId);
            return;
        }

        if (outcome.Version is { } made)
        {
            var version = await Version(made.Digest).Create(made, outcome.Sketches!, record.Command!.Descriptions, cancellationToken);
            DatasetLifecycle.AddVersion(state.State, version.Digest, version.CreatedAt);
            await StateWriter.WriteAsync(this, state);
            await ListAsync();
        }

        DatasetLifecycle.End(state.State, operationId, outcome.ErrorCode, outcome.Error);
        await StateWriter.WriteAsync(this, state);
        _running.Remove(operationId);
        await journal.RemoveAsync(_key, operationId, CancellationToken.None);
        if (_running.Count == 0)
        {
            DelayDeactivation(TimeSpan.Zero);
        }
    }

    public void Dispose() => _stopping.Dispose();

    private void LaunchInterrupted()
    {
        foreach (var record in state.State.Ingests)
        {
            if (record.Status == IngestStatus.Running && !_running.ContainsKey(record.OperationId))
            {
                Launch(record);
            }
        }
    }

    private Task LaunchInterrupted(CancellationToken cancellationToken)
    {
        LaunchInterrupted();
        return Task.CompletedTask;
    }

    private void Launch(IngestRecord record)
    {
        var stopping = _stopping.Token;
        var work = Task.Run(() => OutcomeAsync(record, stopping), stopping);
        _running.Add(record.OperationId, work);
        DelayDeactivation(TimeSpan.MaxValue);
        ReportAsync(record, work, stopping).Ignore();
    }

    private async Task ReportAsync(IngestRecord record, Task<IngestOutcome> work, CancellationToken stopping)
    {
        try
        {
            await this.AsReference<IDatasetIngestControl>().Finish(record.OperationId, await work, CancellationToken.None);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It stays running in the state; the next activation takes it up.
        }
        catch (Exception error)
        {
            LogUnfinished(record.OperationId, _key, error);
            DeactivateOnIdle();
        }
    }

    private async Task<IngestOutcome> OutcomeAsync(IngestRecord record, CancellationToken stopping)
    {
        try
        {
            return await ingest.RunAsync(record.Command!, stopping);
        }
        catch (MLOpsException error)
        {
            return IngestOutcome.Refused(error.Code, error.Message);
        }
        catch (Exception error) when (!stopping.IsCancellationRequested)
        {
            LogFailed(record.OperationId, _key, error);
            return IngestOutcome.Refused(ErrorCode.Unavailable, $"The ingest failed for a reason of the platform's: {error.Message}");
        }
    }

    private Task ListAsync()
    {
        var summary = DatasetLifecycle.Summarise(state.State, _key);
        return catalog.UpsertAsync(new CatalogEntry
        {
            Key = _key.ToString(),
            Kind = CatalogKind,
            Project = _key.Project,
            Name = _key.Name,
            CreatedAt = state.State.Versions[0].CreatedAt,
            UpdatedAt = clock.WallNow,
            Json = CatalogJson.Write(summary),
        });
    }

    private string Latest() => state.State.Versions.Count > 0
        ? state.State.Versions[^1].Digest
        : throw Unknown();

    private NotFoundException Unknown() => new($"Dataset '{_key.Name}' of project '{_key.Project}' does not exist.", "name");

    private Task<NotFoundException> ConfirmAsync(NotFoundException absence) => freshness.ConfirmAsync(this, StateName, state, absence);

    private IDatasetVersionGrain VersionReader(string digest) => GrainFactory.GetGrain<IDatasetVersionGrain>(VersionKey(digest));

    private IDatasetVersionControl Version(string digest) => GrainFactory.GetGrain<IDatasetVersionControl>(VersionKey(digest));

    private string VersionKey(string digest) => new DatasetVersionKey(_key.Project, _key.Name, digest).ToString();

    [LoggerMessage(Level = LogLevel.Error, Message = "Ingest {Operation} of {Dataset} failed unexpectedly")]
    private partial void LogFailed(string operation, DatasetKey dataset, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of ingest {Operation} of {Dataset} could not be written; it will be taken up again")]
    private partial void LogUnfinished(string operation, DatasetKey dataset, Exception error);
}
