using System.Buffers;
using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The files of runs and logged models. Bytes that lose their last file are released later (<see cref="BlobUpkeep"/>).</summary>
internal sealed class ArtifactTables(ITables tables, PlatformClock clock)
{
    private const string Columns = "path, digest, length, created_us";
    private const string Folder = "folder";
    private const string FilePrefix = "file:";
    private const int LargestPage = 10_000;
    private const string ModelActive = "SELECT 1 FROM logged_models WHERE model_id = $1 AND lifecycle = $2";

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// Notes bytes that are about to be committed for a file: should nothing come of it, they are given back like those of a removed file.
    /// Refuses what <see cref="AddAsync"/> would refuse now.
    /// </summary>
    public async Task ExpectAsync(string owner, string path, string digest, CancellationToken cancellationToken)
    {
        if (digest is not { Length: 64 } || digest.AsSpan().ContainsAnyExcept(Hex))
        {
            throw new InvalidInputException($"digest '{Quoted.Shorten(digest)}' is not allowed: 64 lower-case hex digits are.", "digest");
        }

        // Bytes that another file has are noted by whoever removes that one; a row of theirs would only be fought for by the many that share them.
        var result = await tables.WriteAsync(
            Accepting(owner, path).Add(
                """
                INSERT INTO released_blobs (digest, released_us)
                SELECT CAST($1 AS text), CAST($2 AS bigint) WHERE NOT EXISTS (SELECT 1 FROM artifact_files WHERE digest = $1)
                ON CONFLICT (digest) DO UPDATE SET released_us = excluded.released_us
                """,
                digest, clock.WallNow),
            cancellationToken);
        await RequireAppliedAsync(result, owner, path, cancellationToken);
    }

    public async Task<ArtifactInfo> AddAsync(string owner, string path, BlobRef blob, CancellationToken cancellationToken)
    {
        var now = clock.WallNow;
        var write = Accepting(owner, path)
            .Add(
                """
                INSERT INTO released_blobs (digest, released_us)
                SELECT digest, $4 FROM artifact_files WHERE owner = $1 AND path = $2 AND digest <> $3
                ON CONFLICT (digest) DO UPDATE SET released_us = excluded.released_us
                """,
                owner, path, blob.Digest, now)
            .Add(
                """
                INSERT INTO artifact_files (owner, path, digest, length, created_us) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (owner, path) DO UPDATE SET digest = excluded.digest, length = excluded.length, created_us = excluded.created_us
                WHERE artifact_files.digest <> excluded.digest
                """,
                owner, path, blob.Digest, blob.Length, now)
            .Add("DELETE FROM released_blobs WHERE digest = $1", blob.Digest);
        await RequireAppliedAsync(await tables.WriteAsync(write, cancellationToken), owner, path, cancellationToken);
        return await FindAsync(owner, path, cancellationToken);
    }

    private static TableWrite Accepting(string owner, string path)
    {
        var (below, parameters) = Below(owner, $"{path}/");
        var write = RequireActive(owner).Require(Folder, RowCount.None, $"SELECT 1 FROM artifact_files WHERE {below} LIMIT 1", parameters);
        for (var slash = path.LastIndexOf('/'); slash > 0; slash = path.LastIndexOf('/', slash - 1))
        {
            write.Require(FilePrefix + path[..slash], RowCount.None, "SELECT 1 FROM artifact_files WHERE owner = $1 AND path = $2", owner, path[..slash]);
        }

        return write;
    }

    private async Task RequireAppliedAsync(TableWriteResult result, string owner, string path, CancellationToken cancellationToken)
    {
        if (result.FailedRequirement is { } failed)
        {
            throw failed == Folder ? new FailedPreconditionException($"'{path}' of '{owner}' is a folder; a file cannot take its place.", "path")
                : failed.StartsWith(FilePrefix, StringComparison.Ordinal) ? new FailedPreconditionException($"'{failed[FilePrefix.Length..]}' of '{owner}' is a file; it cannot hold '{path}'.", "path")
                : await RefusalAsync(owner, cancellationToken);
        }
    }

    /// <exception cref="NotFoundException">There is no file at the path.</exception>
    public async Task<ArtifactInfo> FindAsync(string owner, string path, CancellationToken cancellationToken)
    {
        ExperimentLimits.CheckPath(path);
        var rows = await tables.QueryAsync(
            $"SELECT {Columns} FROM artifact_files WHERE owner = $1 AND path = $2", Read, cancellationToken, owner, path);
        return rows.Count > 0 ? rows[0] : throw new NotFoundException($"'{owner}' has no file '{path}'.", "path");
    }

    public async Task<ArtifactInfo[]> ListAsync(string owner, CancellationToken cancellationToken)
    {
        await RequireKnownAsync(owner, cancellationToken);
        return [.. await tables.QueryAsync($"SELECT {Columns} FROM artifact_files WHERE owner = $1 ORDER BY path", Read, cancellationToken, owner)];
    }

    public async Task<ArtifactFolder> ListFolderAsync(string owner, string folder, CancellationToken cancellationToken)
    {
        var prefix = Prefix(folder);
        await RequireKnownAsync(owner, cancellationToken);
        return await ArtifactFolders.ReadAsync(tables, owner, prefix, cancellationToken);
    }

    public async Task<ArtifactPage> ListPageAsync(ArtifactQuery query, CancellationToken cancellationToken)
    {
        SearchPage<ArtifactInfo>.CheckLimit(query.Limit, LargestPage);
        var prefix = Prefix(query.Folder);
        await RequireKnownAsync(query.Owner, cancellationToken);
        return await ArtifactFolders.ReadPageAsync(tables, query, prefix, cancellationToken);
    }

    public async Task<int> DeleteAsync(string owner, string path, CancellationToken cancellationToken)
    {
        var (below, parameters) = Below(owner, Prefix(path));
        var write = Release(RequireActive(owner), below, parameters, clock.WallNow).Add($"DELETE FROM artifact_files WHERE {below}", parameters);
        if (path.Length > 0)
        {
            Release(write, "owner = $1 AND path = $2", [owner, path], clock.WallNow).Add("DELETE FROM artifact_files WHERE owner = $1 AND path = $2", owner, path);
        }

        var result = await tables.WriteAsync(write, cancellationToken);
        return result.Applied
            ? result.AffectedRows[2] + (path.Length > 0 ? result.AffectedRows[4] : 0)
            : throw await RefusalAsync(owner, cancellationToken);
    }

    /// <summary>How many files there are; null when the owner does not exist.</summary>
    public async Task<int?> CountAsync(string owner, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            $"SELECT (SELECT count(*) FROM artifact_files WHERE owner = $1) FROM {Entity(owner)} = $1", row => row.GetInt32(0), cancellationToken, owner);
        return rows.Count == 0 ? null : rows[0];
    }

    /// <summary>Notes the digests of files that the same write is about to remove.</summary>
    public static TableWrite Release(TableWrite write, string which, object?[] parameters, DateTimeOffset now) => write.Add(
        $"""
        INSERT INTO released_blobs (digest, released_us) SELECT DISTINCT digest, CAST(${parameters.Length + 1} AS bigint) FROM artifact_files WHERE {which}
        ON CONFLICT (digest) DO UPDATE SET released_us = excluded.released_us
        """,
        [.. parameters, now]);

    private static TableWrite RequireActive(string owner) => LoggedModelKey.IsId(owner)
        ? new TableWrite().Require(RunConditions.Active, RowCount.One, ModelActive, owner, nameof(Lifecycle.Active))
        : new TableWrite().RequireActive(owner);

    private static string Prefix(string folder)
    {
        if (folder.Length == 0)
        {
            return "";
        }

        ExperimentLimits.CheckPath(folder);
        return folder + "/";
    }

    /// <summary>The end of the range of paths that is a folder, whatever its name holds: '0' follows '/' in every byte order.</summary>
    public static string End(string prefix) => prefix[..^1] + "0";

    private static (string Sql, object?[] Parameters) Below(string owner, string prefix) => prefix.Length == 0
        ? ("owner = $1", [owner])
        : ("owner = $1 AND path >= $2 AND path < $3", [owner, prefix, End(prefix)]);

    private async Task<MLOpsException> RefusalAsync(string owner, CancellationToken cancellationToken)
    {
        if (!LoggedModelKey.IsId(owner))
        {
            return await RunConditions.RefusalAsync(tables, owner, cancellationToken);
        }

        return !await IsKnownAsync(owner, cancellationToken)
            ? Missing(owner)
            : new FailedPreconditionException($"Logged model '{owner}' is deleted and accepts no files.", "owner");
    }

    private async Task RequireKnownAsync(string owner, CancellationToken cancellationToken)
    {
        if (!await IsKnownAsync(owner, cancellationToken))
        {
            throw Missing(owner);
        }
    }

    private async Task<bool> IsKnownAsync(string owner, CancellationToken cancellationToken) =>
        (await tables.QueryAsync($"SELECT 1 FROM {Entity(owner)} = $1", _ => true, cancellationToken, owner)).Count > 0;

    private static string Entity(string owner) => LoggedModelKey.IsId(owner) ? "logged_models WHERE model_id" : "runs WHERE run_id";

    private static NotFoundException Missing(string owner) => LoggedModelKey.IsId(owner) ? LoggedModelTables.Missing(owner) : RunConditions.Missing(owner);

    /// <summary>Reads path, digest, length and time.</summary>
    public static ArtifactInfo Read(DbDataReader row) =>
        new() { Path = row.GetString(0), Digest = row.GetString(1), Length = row.GetInt64(2), CreatedAt = row.GetTime(3) };
}
