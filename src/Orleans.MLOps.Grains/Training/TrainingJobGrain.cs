using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// A training job. Calls interleave, so every change of state goes through one gate; callers see what was last written, with the
/// running generation's progress on top.
/// </summary>
[PlacedOnRole(SiloRoles.Training), GrainType("mlops-training-job")]
internal sealed partial class TrainingJobGrain(
    [PersistentState(TrainingJobGrain.StateName, GrainServices.StateStorage)] IPersistentState<TrainingJobState> state,
    TrainingServices services,
    TrainingAdmission admission,
    SiloDirectory silos,
    CatalogTable catalog,
    StateFreshness freshness) : Grain, ITrainingJobGrain, ITrainingJobControl, IDisposable
{
    public const string StateName = "training-job-state";
    public const string CatalogKind = "job";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private TrainingJobRunner? _runner;
    private TrainingJobInfo? _published;
    private JobProgress? _live;
    private string _id = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = JobKey.Parse(this.GetPrimaryKeyString()).Id;
        Publish();
        if (state.State.Spec is not null && !TrainingLifecycle.HasEnded(state.State))
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

    public async Task<TrainingJobInfo> Start(TrainingJobSpec spec, CancellationToken cancellationToken)
    {
        if (!TrainingLifecycle.IsKnown(state.State, _id, spec))
        {
            var experiment = await admission.AdmitAsync(spec, cancellationToken);
            await LockedAsync(() => AcceptAsync(spec, experiment));
        }
        else
        {
            await Resume(cancellationToken);
        }

        return Describe();
    }

    public Task Cancel(CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        Describe();
        if (TrainingLifecycle.HasEnded(state.State))
        {
            return;
        }

        state.State.CancelRequested = true;
        await StateWriter.WriteAsync(this, state);
        if (_runner is { } runner)
        {
            runner.Cancel();
        }
        else
        {
            await EndCancelledAsync();
        }
    });

    public Task Resume(CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        if (state.State.Spec is null || _runner is not null)
        {
            return;
        }

        if (TrainingLifecycle.HasEnded(state.State))
        {
            await SettleAsync();
        }
        else
        {
            await TakeUpAsync();
        }
    });

    public async Task<TrainingJobInfo> Get(CancellationToken cancellationToken) =>
        Live() ?? throw await freshness.ConfirmAsync(this, StateName, state, Unknown());

    public Task<TrainingJobInfo?> GetState() => Task.FromResult(Live());

    public void Dispose() => _gate.Dispose();

    private IRunGrain Run => GrainFactory.GetGrain<IRunGrain>(new RunKey(_id).ToString());

    private async Task AcceptAsync(TrainingJobSpec spec, long experimentId)
    {
        state.State = TrainingLifecycle.Accept(spec, experimentId, services.Clock.WallNow);
        await StateWriter.WriteAsync(this, state);
        try
        {
            await LaunchAsync();
        }
        catch (MLOpsException) when (_runner is null)
        {
            await state.ClearStateAsync();
            throw;
        }
    }

    private async Task LaunchAsync()
    {
        var job = state.State;
        if (await Run.GetState() is null)
        {
            await Run.Start(TrainingProvenance.Describe(_id, job.Spec!, job.ExperimentId));
        }

        if (!silos.DoesHere(SiloRoles.Training))
        {
            await WaitForSiloAsync();
            return;
        }

        await ListAsync();
        Publish();
        DelayDeactivation(TimeSpan.MaxValue);
        _runner = new TrainingJobRunner(new JobOrder(_id, job.Generation, job.CreatedAt, job.Spec!, job.Checkpoint, job.Weights), services);
        _runner.Launch();
    }

    /// <summary>Goes on with a job that nothing runs, under the next generation.</summary>
    private async Task TakeUpAsync()
    {
        if (state.State.CancelRequested)
        {
            await EndCancelledAsync();
        }
        else if (!silos.DoesHere(SiloRoles.Training))
        {
            await WaitForSiloAsync();
        }
        else
        {
            TrainingLifecycle.Resume(state.State);
            await StateWriter.WriteAsync(this, state);
            await LaunchAsync();
        }
    }

    /// <summary>Says that the job is queued for want of a silo. Once there is one, this activation makes way; recovery wakes the next where it belongs.</summary>
    private async Task WaitForSiloAsync()
    {
        if (silos.DoesAnywhere(SiloRoles.Training))
        {
            DeactivateOnIdle();
            return;
        }

        await ListAsync();
        Publish();
        _published = _published! with { Reason = TrainingWaits.NoSilo };
    }

    private async Task EndCancelledAsync()
    {
        var outcome = new JobOutcome { Status = TrainingStatus.Cancelled, Reason = "It was cancelled." };
        TrainingLifecycle.End(state.State, state.State.Generation, outcome, services.Clock.WallNow);
        await StateWriter.WriteAsync(this, state);
        await SettleAsync();
    }

    /// <summary>Ends the run and lists the end; repeated after a crash that came in between.</summary>
    private async Task SettleAsync()
    {
        try
        {
            await Run.End(state.State.Status switch
            {
                TrainingStatus.Completed => RunStatus.Finished,
                TrainingStatus.Failed => RunStatus.Failed,
                _ => RunStatus.Killed,
            });
        }
        catch (FailedPreconditionException)
        {
            // Somebody has ended the run or deleted its experiment; the job ended all the same.
        }

        await ListAsync();
        Publish();
    }

    private void Publish() => _published = TrainingLifecycle.Describe(state.State, _id, services.Clock.WallNow);

    private TrainingJobInfo? Live()
    {
        if (_published is not { EndedAt: null } info)
        {
            return _published;
        }

        var seconds = Math.Max(0, (services.Clock.WallNow - info.CreatedAt).TotalSeconds);
        return _live is not { } live
            ? info with { WallSeconds = seconds }
            : info with { WallSeconds = seconds, Step = live.Step, TotalSteps = live.TotalSteps, SamplesPerSecond = live.SamplesPerSecond };
    }

    private TrainingJobInfo Describe() => Live() ?? throw Unknown();

    private NotFoundException Unknown() => new($"Training job '{_id}' does not exist.", "job_id");

    private Task ListAsync()
    {
        var job = state.State;
        var info = TrainingLifecycle.Describe(job, _id, services.Clock.WallNow)!;
        return catalog.UpsertAsync(new CatalogEntry
        {
            Key = new JobKey(_id).ToString(),
            Kind = CatalogKind,
            Project = info.Project,
            Name = info.Name,
            Status = info.Status.ToString(),
            Parent = new RunKey(_id).ToString(),
            CreatedAt = info.CreatedAt,
            UpdatedAt = services.Clock.WallNow,
            Json = CatalogJson.Write(info),
        });
    }

    private Task<bool> LockedAsync(Func<Task> work) => LockedAsync(async () =>
    {
        await work();
        return true;
    });

    private async Task<T> LockedAsync<T>(Func<Task<T>> work)
    {
        await _gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }
}
