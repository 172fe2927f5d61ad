using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Gives back the space of bytes that no file has. Every digest is noted (<c>released_blobs</c>) before its bytes are committed and in the
/// write that takes a file of it away, and only the write that adds a file drops the note: so bytes have a file or a note at any time. A
/// commit renews the bytes before the row of their file is written; so bytes without a row that nobody renewed for <see cref="Grace"/> are nobody's.
/// </summary>
internal sealed class BlobUpkeep(ITables tables, IBlobStore blobs, PlatformClock clock)
{
    /// <summary>Longer than any write takes from its note by way of its bytes to its row.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private const int Portion = 500;

    /// <summary>Releases all that has waited for the grace; returns how many digests are done with.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var until = clock.WallNow - Grace;
        var (done, last) = (0, "");
        IReadOnlyList<(string Digest, bool Used)> waiting;
        MLOpsException? failure = null;
        do
        {
            waiting = await tables.QueryAsync(
                """
                SELECT r.digest, CASE WHEN EXISTS (SELECT 1 FROM artifact_files f WHERE f.digest = r.digest) THEN 1 ELSE 0 END
                FROM released_blobs r WHERE r.released_us < $1 AND r.digest > $2 ORDER BY r.digest LIMIT $3
                """,
                row => (row.GetString(0), row.GetInt32(1) == 1),
                cancellationToken,
                until, last, Portion);
            var write = new TableWrite();
            foreach (var (digest, used) in waiting)
            {
                last = digest;
                try
                {
                    if (used || await blobs.ReleaseAsync(digest, until, cancellationToken))
                    {
                        // One that was noted again meanwhile stays noted.
                        write.Add("DELETE FROM released_blobs WHERE digest = $1 AND released_us < $2", digest, until);
                        done++;
                    }
                }
                catch (MLOpsException error)
                {
                    // It stays noted; those behind it must not wait for it.
                    failure ??= error;
                }
            }

            if (write.Statements.Count > 0)
            {
                await tables.WriteAsync(write, cancellationToken);
            }
        }
        while (waiting.Count == Portion);
        return failure is null ? done : throw failure;
    }
}
