using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>A scoring job. Its work runs beside the grain's turns and reports back; callers see what was last written, and what it waits for.</summary>
[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-scoring-job")]
internal sealed class ScoringJobGrain(
    [PersistentState(ScoringJobGrain.StateName, GrainServices.StateStorage)] IPersistentState<ScoringJobState> state,
    ScoringServices services,
    ScoringAdmission admission,
    CatalogTable catalog,
    StateFreshness freshness) : Grain, IScoringJobGrain, IScoringJobControl, IDisposable
{
    public const string StateName = "scoring-job-state";
    public const string CatalogKind = "scoring-job";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private ScoringRunner? _runner;
    private ScoringJobInfo? _published;
    private ScoringJobKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ScoringJobKey.Parse(this.GetPrimaryKeyString());
        Publish();
        if (state.State.Command is not null && !ScoringLifecycle.HasEnded(state.State))
        {
            // An unfinished job without a runner was interrupted, whoever asks for it now.
            this.RegisterGrainTimer(Resume, new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = Timeout.InfiniteTimeSpan });
        }

        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_runner is { } runner)
        {
            runner.Stop();
            await runner.Completion.WaitAsync(Farewell, services.Clock.WallTime, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    public async Task<ScoringJobInfo> Start(ScoreDataset command, CancellationToken cancellationToken)
    {
        if (ScoringLifecycle.IsKnown(state.State, command))
        {
            await Resume(cancellationToken);
        }
        else
        {
            var admitted = await admission.AdmitAsync(command, _key, cancellationToken);
            state.State = ScoringLifecycle.Accept(command, admitted, services.Clock.WallNow);
            await StateWriter.WriteAsync(this, state);
            await ListAsync();
            Launch();
        }

        return _published!;
    }

    public async Task Cancel(CancellationToken cancellationToken)
    {
        _ = await Get(cancellationToken);
        if (!ScoringLifecycle.RequestCancel(state.State))
        {
            return;
        }

        await StateWriter.WriteAsync(this, state);
        if (_runner is { Completion.IsCompleted: false } runner)
        {
            runner.Cancel();
        }
        else
        {
            await EndAsync(ScoringOutcome.Cancelled);
        }
    }

    public async Task Resume(CancellationToken cancellationToken)
    {
        if (state.State.Command is null || _runner is { Completion.IsCompleted: false })
        {
            return;
        }

        if (ScoringLifecycle.HasEnded(state.State))
        {
            await SettleAsync();
        }
        else if (state.State.CancelRequested)
        {
            await EndAsync(ScoringOutcome.Cancelled);
        }
        else if (state.State.Generation >= ScoringLifecycle.MostGenerations)
        {
            await EndAsync(ScoringOutcome.Failed(ErrorCode.Unavailable, $"It was interrupted {state.State.Generation} times."));
        }
        else
        {
            state.State.Generation++;
            await StateWriter.WriteAsync(this, state);
            Launch();
        }
    }

    public async Task<ScoringJobInfo> Get(CancellationToken cancellationToken) => _published
        ?? throw await freshness.ConfirmAsync(this, StateName, state, new NotFoundException($"Scoring job '{_key.Name}' of project '{_key.Project}' does not exist.", "name"));

    public Task<ScoringJobInfo?> GetState() => Task.FromResult(_published);

    public Task<bool> Waiting(int generation, string reason, CancellationToken cancellationToken)
    {
        var current = ScoringLifecycle.IsCurrent(state.State, generation);
        if (current)
        {
            _published = _published! with { Reason = reason };
        }

        return Task.FromResult(current);
    }

    public async Task<bool> Started(int generation, CancellationToken cancellationToken)
    {
        if (!ScoringLifecycle.IsCurrent(state.State, generation))
        {
            return false;
        }

        if (ScoringLifecycle.Start(state.State))
        {
            await StateWriter.WriteAsync(this, state);
            await ListAsync();
        }

        Publish();
        return true;
    }

    public async Task<ScoringPart?> Scored(int generation, int partition, ScoringPart part, CancellationToken cancellationToken)
    {
        if (!ScoringLifecycle.IsCurrent(state.State, generation))
        {
            return null;
        }

        var counted = ScoringLifecycle.Take(state.State, partition, part);
        await StateWriter.WriteAsync(this, state);
        Publish();
        return counted;
    }

    public async Task<bool> Joined(int generation, StagedBlob joined, CancellationToken cancellationToken)
    {
        if (!ScoringLifecycle.IsCurrent(state.State, generation) || !ScoringLifecycle.Join(state.State, joined))
        {
            return false;
        }

        await StateWriter.WriteAsync(this, state);
        return true;
    }

    public async Task<bool> Ended(int generation, ScoringOutcome outcome, CancellationToken cancellationToken)
    {
        if (!ScoringLifecycle.IsCurrent(state.State, generation))
        {
            return false;
        }

        await EndAsync(outcome);
        return true;
    }

    public void Dispose() => _runner?.Dispose();

    private void Launch()
    {
        Publish();
        DelayDeactivation(TimeSpan.MaxValue);
        _runner?.Dispose();
        _runner = new ScoringRunner(ScoringOrder.Of(state.State), services);
        _runner.Launch();
    }

    private async Task EndAsync(ScoringOutcome outcome)
    {
        ScoringLifecycle.End(state.State, outcome, services.Clock.WallNow);
        await StateWriter.WriteAsync(this, state);
        await SettleAsync();
    }

    /// <summary>Gives the parts' space back, lists the end and shows it; repeated after a crash that came in between.</summary>
    private async Task SettleAsync()
    {
        foreach (var part in state.State.Parts)
        {
            if (part is not null)
            {
                await services.Blobs.ReleaseAsync(part.Blob.Digest, services.Clock.WallNow, CancellationToken.None);
            }
        }

        await ListAsync();
        Publish();
        DelayDeactivation(TimeSpan.Zero);
    }

    private void Publish() => _published = ScoringLifecycle.Describe(state.State);

    private Task ListAsync()
    {
        var info = ScoringLifecycle.Describe(state.State)!;
        return catalog.UpsertAsync(new CatalogEntry
        {
            Key = _key.ToString(),
            Kind = CatalogKind,
            Project = info.Project,
            Name = info.Name,
            Status = info.Status.ToString(),
            Parent = new DatasetVersionKey(info.Project, info.Dataset, info.DatasetDigest).ToString(),
            CreatedAt = info.CreatedAt,
            UpdatedAt = services.Clock.WallNow,
            Json = CatalogJson.Write(info),
        });
    }
}
