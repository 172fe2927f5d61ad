using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>
/// How a job moves: Pending, Running, then one of three ends that nothing leaves. What a generation reports changes the state only while that
/// generation is the job's own and the job has not ended. Pure.
/// </summary>
internal static class ScoringLifecycle
{
    /// <summary>A job that was interrupted so often fails: what it needs does not come back, or it ends the processes that work on it.</summary>
    public const int MostGenerations = 100;

    public static bool HasEnded(ScoringJobState state) =>
        state.Status is ScoringJobStatus.Completed or ScoringJobStatus.Failed or ScoringJobStatus.Cancelled;

    public static bool IsCurrent(ScoringJobState state, int generation) =>
        state.Command is not null && state.Generation == generation && !HasEnded(state);

    /// <summary>Whether the job was started before by the same command; false when it is new.</summary>
    /// <exception cref="AlreadyExistsException">Another command has its name or its operation id.</exception>
    public static bool IsKnown(ScoringJobState state, ScoreDataset command)
    {
        if (state.Command is not { } known)
        {
            return false;
        }

        if (known.OperationId != command.OperationId)
        {
            throw new AlreadyExistsException(
                $"Scoring job '{command.Name}' of project '{command.Project}' exists: operation '{known.OperationId}' started it. Choose another name.", "name");
        }

        return state.CommandDigest == DigestOf(command)
            ? true
            : throw new AlreadyExistsException($"Operation '{command.OperationId}' started scoring job '{command.Name}' with another command; use a new operation id and name.", "operation_id");
    }

    public static ScoringJobState Accept(ScoreDataset command, AdmittedScoring admitted, DateTimeOffset now) => new()
    {
        Command = admitted.Command,
        CommandDigest = DigestOf(command),
        ModelDigest = admitted.ModelDigest,
        Rows = admitted.Rows,
        Positions = admitted.Positions,
        Generation = 1,
        Parts = new ScoringPart?[ScoringPlan.Partitions(admitted.Positions, admitted.Command.PartitionRows!.Value)],
        CreatedAt = now,
    };

    /// <summary>Says that partitions are dealt out; false when nothing changes.</summary>
    public static bool Start(ScoringJobState state)
    {
        var pending = state.Status == ScoringJobStatus.Pending;
        state.Status = ScoringJobStatus.Running;
        return pending;
    }

    /// <summary>Takes a part; one that is there already stays. Gives the part that counts.</summary>
    public static ScoringPart Take(ScoringJobState state, int partition, ScoringPart part) => state.Parts[partition] ??= part;

    /// <summary>Remembers the joined rows; false when the job is to be cancelled instead. Afterwards it completes.</summary>
    public static bool Join(ScoringJobState state, StagedBlob joined)
    {
        if (!state.CancelRequested)
        {
            state.Joined = joined;
        }

        return !state.CancelRequested;
    }

    /// <summary>Asks the job to stop; false when it is too late, or was asked before.</summary>
    public static bool RequestCancel(ScoringJobState state)
    {
        if (HasEnded(state) || state.Joined is not null || state.CancelRequested)
        {
            return false;
        }

        state.CancelRequested = true;
        return true;
    }

    public static void End(ScoringJobState state, ScoringOutcome outcome, DateTimeOffset now)
    {
        (state.Status, state.ErrorCode, state.Reason) = (outcome.Status, outcome.ErrorCode, outcome.Reason);
        (state.TargetDigest, state.EndedAt) = (outcome.TargetDigest, now);
    }

    /// <summary>The job as callers see it, or null when it does not exist.</summary>
    public static ScoringJobInfo? Describe(ScoringJobState state) => state.Command is not { } command ? null : new ScoringJobInfo
    {
        Project = command.Project,
        Name = command.Name,
        Status = state.Status,
        Partitions = state.Parts.Length,
        PartitionsDone = state.Parts.Count(part => part is not null),
        Rows = state.Rows,
        Dataset = command.Dataset,
        DatasetDigest = command.DatasetDigest!,
        Model = command.Model!,
        Version = command.Version!.Value,
        ModelDigest = state.ModelDigest,
        Target = command.Target,
        TargetDigest = state.TargetDigest,
        ErrorCode = state.ErrorCode,
        Reason = state.Reason,
        Generation = state.Generation,
        CreatedAt = state.CreatedAt,
        EndedAt = state.EndedAt,
    };

    /// <summary>Maps have no order on the wire, so the digest has one of its own.</summary>
    private static string DigestOf(ScoreDataset command)
    {
        var ordered = command with { Outputs = new(command.Outputs.OrderBy(output => output.Key, StringComparer.Ordinal)) };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(CatalogJson.Write(ordered))));
    }
}
