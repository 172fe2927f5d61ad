using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Gives back the space of bytes that lost their last file. A file's bytes are committed, which renews them, before its row is written; so
/// bytes without a row that nobody renewed for <see cref="Grace"/> are nobody's.
/// </summary>
internal sealed class BlobUpkeep(ITables tables, IBlobStore blobs, PlatformClock clock)
{
    /// <summary>Longer than any write takes from its bytes to its row.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    private const int MostAtOnce = 1000;

    /// <summary>Releases what has waited for the grace; returns how many digests are done with.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var until = clock.WallNow - Grace;
        var waiting = await tables.QueryAsync(
            "SELECT digest FROM released_blobs WHERE released_us < $1 LIMIT $2", row => row.GetString(0), cancellationToken, until, MostAtOnce);
        var done = 0;
        foreach (var digest in waiting)
        {
            var used = await tables.QueryAsync(
                "SELECT 1 FROM artifact_files WHERE digest = $1 LIMIT 1", _ => true, cancellationToken, digest);
            if (used.Count > 0 || await blobs.ReleaseAsync(digest, until, cancellationToken))
            {
                await tables.WriteAsync(
                    new TableWrite().Add("DELETE FROM released_blobs WHERE digest = $1 AND released_us < $2", digest, until), cancellationToken);
                done++;
            }
        }

        return done;
    }
}
