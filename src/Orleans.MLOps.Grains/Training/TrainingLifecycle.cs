using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// How a job moves: Queued, Running, then one of three ends that nothing leaves. Each push of a generation changes the state only
/// while that generation is the job's own and the job has not ended.
/// </summary>
internal static class TrainingLifecycle
{
    public static bool HasEnded(TrainingJobState state) =>
        state.Status is TrainingStatus.Completed or TrainingStatus.Failed or TrainingStatus.Cancelled;

    /// <summary>Whether the job was started before with the same spec; false when it is new.</summary>
    /// <exception cref="AlreadyExistsException">It was started with another spec.</exception>
    public static bool IsKnown(TrainingJobState state, string jobId, TrainingJobSpec spec)
    {
        if (state.Spec is null)
        {
            return false;
        }

        return CatalogJson.Write(state.Spec) == CatalogJson.Write(spec)
            ? true
            : throw new AlreadyExistsException($"Job '{jobId}' was started before with another spec; choose another job id.", "job_id");
    }

    public static TrainingJobState Accept(TrainingJobSpec spec, long experimentId, DateTimeOffset now) => new()
    {
        Spec = spec,
        Status = TrainingStatus.Queued,
        ExperimentId = experimentId,
        Generation = 1,
        CreatedAt = now,
    };

    /// <summary>Takes an interrupted job up again under the next generation.</summary>
    public static void Resume(TrainingJobState state)
    {
        state.Generation++;
        state.Status = TrainingStatus.Queued;
        state.Placement = [];
        if (state.Checkpoint is not null || state.Weights is not null)
        {
            state.ResumedCount++;
        }
    }

    public static bool IsCurrent(TrainingJobState state, int generation) =>
        state.Spec is not null && state.Generation == generation && !HasEnded(state);

    public static bool Start(TrainingJobState state, int generation, ShardPlacement[] placement)
    {
        if (!IsCurrent(state, generation))
        {
            return false;
        }

        (state.Status, state.Placement) = (TrainingStatus.Running, placement);
        return true;
    }

    public static bool Checkpoint(TrainingJobState state, int generation, long step, BlobRef checkpoint)
    {
        if (!IsCurrent(state, generation))
        {
            return false;
        }

        // An earlier one comes late, but nobody has taken the generation over.
        if (step >= state.CheckpointStep)
        {
            (state.CheckpointStep, state.Checkpoint) = (step, checkpoint);
        }

        return true;
    }

    public static bool Train(TrainingJobState state, int generation, JobProgress progress, BlobRef weights)
    {
        if (!IsCurrent(state, generation))
        {
            return false;
        }

        (state.Step, state.TotalSteps, state.SamplesPerSecond) = (progress.Step, progress.TotalSteps, progress.SamplesPerSecond);
        state.Weights = weights;
        return true;
    }

    public static bool End(TrainingJobState state, int generation, JobOutcome outcome, DateTimeOffset now)
    {
        if (!IsCurrent(state, generation))
        {
            return false;
        }

        (state.Status, state.Reason, state.EndedAt) = (outcome.Status, outcome.Reason, now);
        (state.ModelVersion, state.Metrics) = (outcome.ModelVersion, outcome.Metrics);

        // Nothing goes on from the checkpoint any more, so its blob need not be kept.
        state.Checkpoint = null;
        return true;
    }

    /// <summary>Keeps what the running generation reported last, for the time after it.</summary>
    public static void Note(TrainingJobState state, JobProgress? live)
    {
        if (live is not null)
        {
            (state.Step, state.TotalSteps, state.SamplesPerSecond) = (live.Step, live.TotalSteps, live.SamplesPerSecond);
        }
    }

    /// <summary>The job as callers see it, or null when it does not exist.</summary>
    /// <param name="state">The state.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="now">Measures the wall time of a job that has not ended.</param>
    public static TrainingJobInfo? Describe(TrainingJobState state, string jobId, DateTimeOffset now) => state.Spec is not { } spec ? null : new TrainingJobInfo
    {
        JobId = jobId,
        Project = spec.Project,
        Name = spec.Name,
        Status = state.Status,
        Reason = state.Reason,
        RunId = jobId,
        Generation = state.Generation,
        Step = state.Step,
        TotalSteps = state.TotalSteps,
        CheckpointStep = state.CheckpointStep,
        ResumedCount = state.ResumedCount,
        SamplesPerSecond = state.SamplesPerSecond,
        WeightsDigest = state.Weights?.Digest,
        ModelVersion = state.ModelVersion,
        Metrics = state.Metrics,
        Placement = state.Placement,
        CreatedAt = state.CreatedAt,
        EndedAt = state.EndedAt,
        WallSeconds = Math.Max(0, ((state.EndedAt ?? now) - state.CreatedAt).TotalSeconds),
    };
}
