using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>
/// Takes one retraining through its steps. Each step's result is saved before the next begins, and each can be repeated, so
/// a restart goes on where the record stands.
/// </summary>
[GrainType("mlops-pipeline-run")]
internal sealed partial class RetrainingGrain(
    [PersistentState(RetrainingGrain.StateName, GrainServices.StateStorage)] IPersistentState<RetrainingState> state,
    TrainingDataSealer sealer,
    Judge judge,
    IBlobStore blobs,
    CatalogTable catalog,
    PlatformClock clock,
    StateFreshness freshness,
    ILogger<RetrainingGrain> logger) : Grain, IPipelineRunGrain, IRetrainingGrain
{
    internal const string StateName = "retraining-state";

    private const string Challenger = "challenger";
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    private Task _work = Task.CompletedTask;

    private PipelineRunKey Key => PipelineRunKey.Parse(this.GetPrimaryKeyString());

    private bool IsPromoting => state.State.Info?.Status == PipelineRunStatus.Promoting;

    private PipelineRunInfo Info => state.State.Info ?? throw Unknown();

    private NotFoundException Unknown() => new($"There is no pipeline run '{Key.Id}'.", "run_id");

    public async Task<PipelineRunInfo> Drive(BeginRetraining command)
    {
        // Work that has just decided may not know yet that the clock has moved on: it ends at once, and a due promotion is then carried out here.
        while (IsPromoting && !_work.IsCompleted)
        {
            await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (_work.IsCompleted && (state.State.Info is null || !PipelineRunRules.HasEnded(Info.Status)))
        {
            DelayDeactivation(TimeSpan.FromMinutes(10));
            _work = WorkAsync(command);
        }

        if (IsPromoting)
        {
            await _work;
        }

        if (_work.IsCompleted && PipelineRunRules.HasEnded(Info.Status))
        {
            // A crash may have come between the end and its listing.
            await ListAsync(Info);
        }

        return Info;
    }

    public async Task<PipelineRunInfo> Get(CancellationToken cancellationToken) =>
        state.State.Info ?? throw await freshness.ConfirmAsync(this, StateName, state, Unknown());

    public Task<PipelineRunInfo?> GetState() => Task.FromResult(state.State.Info);

    private async Task WorkAsync(BeginRetraining command)
    {
        state.State.Info ??= New(command);
        try
        {
            while (!PipelineRunRules.HasEnded(Info.Status))
            {
                var next = Info.Status switch
                {
                    PipelineRunStatus.Sealing => await SealAsync(command),
                    PipelineRunStatus.Training => await TrainAsync(command),
                    PipelineRunStatus.Judging => await JudgeAsync(command),
                    _ => await PromoteAsync(command),
                };
                if (ReferenceEquals(next, Info))
                {
                    return;
                }

                await SaveAsync(next);
            }
        }
        catch (Exception error) when (PipelineRunRules.MayPass(error))
        {
            // Tried again at the next wake.
            LogInterrupted(Key.Id, Info.Status, error);
        }
        catch (Exception error)
        {
            LogFailed(Key.Id, Info.Status, error);
            await SaveAsync(Info with
            {
                Status = PipelineRunStatus.Failed,
                Verdict = Verdict.Failed,
                Reason = $"{Info.Status} failed: {error.Message}",
            });
        }
    }

    private PipelineRunInfo New(BeginRetraining command) => new()
    {
        RunId = Key.Id,
        Endpoint = new EndpointKey(command.Policy.Project, command.Policy.Endpoint).ToString(),
        AlertId = command.AlertId,
        Status = PipelineRunStatus.Sealing,
        Verdict = Verdict.Pending,
        TriggeredAt = command.At,
        ChampionVersion = command.ChampionVersion,
        CreatedAt = clock.WallNow,
    };

    private async Task<PipelineRunInfo> SealAsync(BeginRetraining command)
    {
        var policy = command.Policy;
        var endpoint = new EndpointKey(policy.Project, policy.Endpoint);
        var dataset = GrainFactory.GetGrain<IDatasetGrain>(new DatasetKey(policy.Project, DatasetName(policy)).ToString());
        var operation = $"seal/{Key.Id}";

        if (state.State.FrameDigest is null)
        {
            var joined = await Task.Run(() => sealer.SealAsync(
                endpoint, command.At, policy.Template.Numeric, policy.Template.Categorical, policy.BaseFrames, CancellationToken.None));

            // Committed here, because training starts on these bytes while the dataset is still being profiled; remembered,
            // because labels that come late would give other bytes when the step is repeated.
            state.State.FrameDigest = (await blobs.CommitAsync(joined)).Digest;
            await StateWriter.WriteAsync(this, state);
        }

        StagedBlob staged;
        await using (var bytes = await blobs.OpenReadAsync(state.State.FrameDigest))
        {
            staged = await blobs.StageAsync(bytes);
        }

        await dataset.BeginIngest(
            new IngestDataset
            {
                Project = policy.Project,
                Name = DatasetName(policy),
                Format = DataFormat.Parquet,
                Content = staged,
                Source = $"Predictions of endpoint '{policy.Endpoint}' joined with the labels known before {command.At:O}",
                Parents = [endpoint.ToString(), .. policy.Template.DatasetVersion is { } parent ? [parent] : Array.Empty<string>()],
            },
            operation);
        return Info with
        {
            Status = PipelineRunStatus.Training,
            DatasetVersion = new DatasetVersionKey(policy.Project, DatasetName(policy), VersionDigest.Of(staged.Digest, DataFormat.Parquet, [])).ToString(),
        };
    }

    private async Task<PipelineRunInfo> TrainAsync(BeginRetraining command)
    {
        var policy = command.Policy;
        var version = GrainFactory.GetGrain<IDatasetGrain>(new DatasetKey(policy.Project, DatasetName(policy)).ToString());
        var model = policy.Template.RegisterAs
            ?? throw new InvalidInputException("The policy's template names no registered model to register candidates as.", "register_as");
        var champion = new ModelVersionKey(policy.Project, model, command.ChampionVersion).ToString();
        var training = policy.Candidates.Select(async name =>
        {
            var jobId = PipelineRunRules.JobId(Key.Id, name);
            var job = GrainFactory.GetGrain<ITrainingJobGrain>(new JobKey(jobId).ToString());
            var spec = PipelineRunRules.CandidateSpec(policy, name, command.At, state.State.FrameDigest!, Info.DatasetVersion!, champion);
            return await RunAsync(job, name, jobId, spec);
        });
        var candidates = await Task.WhenAll(training);
        await WaitForDatasetAsync(version);
        return Info with { Status = PipelineRunStatus.Judging, Candidates = candidates };
    }

    private static async Task<CandidateResult> RunAsync(ITrainingJobGrain job, string name, string jobId, TrainingJobSpec spec)
    {
        TrainingJobInfo info;
        try
        {
            info = await job.Start(spec);
        }
        catch (MLOpsException refused) when (refused.Code is ErrorCode.InvalidInput or ErrorCode.FailedPrecondition)
        {
            return new CandidateResult { Name = name, Error = refused.Message };
        }

        while (info.Status is TrainingStatus.Queued or TrainingStatus.Running)
        {
            await Task.Delay(PollEvery);
            info = await job.Get();
        }

        return new CandidateResult
        {
            Name = name,
            JobId = jobId,
            ModelVersion = info.ModelVersion,
            WeightsDigest = info.WeightsDigest,
            TrainSeconds = info.WallSeconds,
            Error = info.Status == TrainingStatus.Completed ? null : info.Reason ?? $"The job ended as {info.Status}.",
        };
    }

    private async Task WaitForDatasetAsync(IDatasetGrain dataset)
    {
        while (true)
        {
            var progress = await dataset.GetIngest($"seal/{Key.Id}");
            if (progress.Status == IngestStatus.Completed)
            {
                return;
            }

            if (progress.Status == IngestStatus.Failed)
            {
                throw new FailedPreconditionException($"The joined prediction log was refused as a dataset: {progress.Error}");
            }

            await Task.Delay(PollEvery);
        }
    }

    private async Task<PipelineRunInfo> JudgeAsync(BeginRetraining command)
    {
        var policy = command.Policy;
        var champion = new ModelVersionKey(policy.Project, policy.Template.RegisterAs!, command.ChampionVersion);
        var (frame, candidates) = (state.State.FrameDigest!, Info.Candidates);
        var judgement = await Task.Run(() => judge.CompareAsync(policy, command.At, frame, champion, candidates, CancellationToken.None));
        var enough = judgement.Days >= policy.MinimumDays;
        var winner = enough ? PipelineRunRules.Winner(judgement.Candidates) : null;
        if (enough && judgement.Candidates.All(candidate => candidate.Error is not null))
        {
            throw new FailedPreconditionException($"No candidate could be trained: {judgement.Candidates[0].Error}");
        }

        var judged = Info with
        {
            Status = winner is null ? PipelineRunStatus.Completed : PipelineRunStatus.Promoting,
            Verdict = winner is not null ? Verdict.Promoted : enough ? Verdict.Refused : Verdict.NotEnoughEvidence,
            Candidates = judgement.Candidates,
            ChampionLogLoss = judgement.ChampionLogLoss,
            JudgedRows = judgement.Rows,
            JudgedDays = judgement.Days,
            Winner = winner?.ModelVersion,
            PromoteAt = winner is null ? null : command.At + policy.TrainingCharge,
        };
        return judged with { Reason = PipelineRunRules.Explain(judged, winner, policy.MinimumDays) };
    }

    private static string DatasetName(ContinuousTrainingPolicy policy) => $"{policy.Endpoint}-log";

    private async Task SaveAsync(PipelineRunInfo next)
    {
        state.State.Info = next;
        await StateWriter.WriteAsync(this, state);
        await ListAsync(next);
    }

    private Task ListAsync(PipelineRunInfo next) =>
        catalog.UpsertAsync(new CatalogEntry
        {
            Key = Key.ToString(),
            Kind = "pipeline-run",
            Project = EndpointKey.Parse(next.Endpoint).Project,
            Name = EndpointKey.Parse(next.Endpoint).Name,
            Status = next.Status.ToString(),
            Parent = next.Endpoint,
            CreatedAt = next.CreatedAt,
            UpdatedAt = clock.WallNow,
            Json = CatalogJson.Write(next),
        });

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retraining {RunId} was interrupted while {Status}; it goes on at the next wake")]
    private partial void LogInterrupted(string runId, PipelineRunStatus status, Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Retraining {RunId} failed while {Status}")]
    private partial void LogFailed(string runId, PipelineRunStatus status, Exception error);
}
