using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>How a dataset's state changes; pure.</summary>
internal static class DatasetLifecycle
{
    /// <summary>Ended ingests that are remembered.</summary>
    public const int RememberedIngests = 32;

    /// <summary>Ingests of one dataset that may run or wait at once.</summary>
    public const int RunningIngests = 16;

    public static IngestRecord? FindIngest(DatasetState state, string operationId) =>
        state.Ingests.Find(ingest => ingest.OperationId == operationId);

    public static bool HasVersion(DatasetState state, string digest) => state.Versions.Exists(version => version.Digest == digest);

    /// <exception cref="AlreadyExistsException">The operation was another ingest.</exception>
    public static void RequireSame(IngestRecord known, string versionDigest)
    {
        if (known.VersionDigest != versionDigest)
        {
            throw new AlreadyExistsException(
                $"Operation '{known.OperationId}' is an ingest of other bytes or other rules (version {known.VersionDigest}, now {versionDigest}); use a new operation id.", "operation_id");
        }
    }

    /// <summary>Remembers an ingest, running or already answered by a version that exists.</summary>
    /// <exception cref="ResourceExhaustedException">Too many run.</exception>
    public static IngestRecord Accept(DatasetState state, string operationId, string versionDigest, IngestDataset command)
    {
        var exists = HasVersion(state, versionDigest);
        if (!exists && state.Ingests.Count(ingest => ingest.Status == IngestStatus.Running) >= RunningIngests)
        {
            throw new ResourceExhaustedException($"Dataset '{command.Name}' has {RunningIngests} ingests running, the most allowed; repeat when one has ended.");
        }

        var record = new IngestRecord
        {
            OperationId = operationId,
            VersionDigest = versionDigest,
            Status = exists ? IngestStatus.Completed : IngestStatus.Running,
            Command = exists ? null : command,
        };
        state.Ingests.Add(record);
        Forget(state);
        return record;
    }

    /// <summary>Lists a version; nothing changes when it is listed.</summary>
    public static void AddVersion(DatasetState state, string digest, DateTimeOffset createdAt)
    {
        if (!HasVersion(state, digest))
        {
            state.Versions.Add(new DatasetVersionEntry { Digest = digest, CreatedAt = createdAt });
        }
    }

    /// <summary>Ends an ingest with its version, or with the reason why there is none.</summary>
    public static void End(DatasetState state, string operationId, ErrorCode? errorCode = null, string? error = null)
    {
        var index = state.Ingests.FindIndex(ingest => ingest.OperationId == operationId);
        state.Ingests[index] = state.Ingests[index] with
        {
            Status = errorCode is null ? IngestStatus.Completed : IngestStatus.Failed,
            Command = null,
            ErrorCode = errorCode,
            Error = error,
        };
        Forget(state);
    }

    public static DatasetSummary Summarise(DatasetState state, DatasetKey key) => new()
    {
        Project = key.Project,
        Name = key.Name,
        VersionCount = state.Versions.Count,
        LatestDigest = state.Versions.Count == 0 ? null : state.Versions[^1].Digest,
        UpdatedAt = state.Versions.Count == 0 ? null : state.Versions[^1].CreatedAt,
    };

    private static void Forget(DatasetState state)
    {
        var excess = state.Ingests.Count(ingest => ingest.Status != IngestStatus.Running) - RememberedIngests;
        state.Ingests.RemoveAll(ingest => ingest.Status != IngestStatus.Running && excess-- > 0);
    }
}
