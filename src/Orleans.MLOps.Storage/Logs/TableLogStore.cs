using System.Runtime.CompilerServices;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Logs;

/// <summary>Logs as rows of the tables, so that a cluster has them where its other state is and any silo can go on with any log.</summary>
internal sealed class TableLogStore(ITables tables, ILogFence? fence = null) : ILogStore
{
    private const int FramesAPage = 64;

    public async ValueTask<IAppendLog> OpenAsync(string name, CancellationToken cancellationToken = default)
    {
        LogName.Require(name);
        var next = await tables.QueryAsync(
            "SELECT coalesce(max(position) + 1, 0) FROM log_frames WHERE log = $1", row => row.GetInt64(0), cancellationToken, name).ConfigureAwait(false);
        return new TableLog(name, next[0], tables, fence, this);
    }

    public async IAsyncEnumerable<LogFrame> ReadAsync(string name, LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // One frame earlier tells a log that ends here from one that lost what was read before.
        var next = Math.Max(0, from.Offset - 1);
        while (true)
        {
            var page = await tables.QueryAsync(
                "SELECT position, payload FROM log_frames WHERE log = $1 AND position >= $2 ORDER BY position LIMIT $3",
                row => (Position: row.GetInt64(0), Payload: row.GetFieldValue<byte[]>(1)),
                cancellationToken,
                name, next, FramesAPage).ConfigureAwait(false);
            foreach (var (position, payload) in page)
            {
                if (position != next)
                {
                    throw new DataLossException($"Log {name} has no frame {next} although frame {position} is there; restore the database from a backup.", "log");
                }

                next = position + 1;
                if (position >= from.Offset)
                {
                    yield return new LogFrame(new LogPosition(0, position), new LogPosition(0, next), payload);
                }
            }

            if (next < from.Offset)
            {
                throw new DataLossException($"Log {name} ends before frame {next}, but frames up to {from.Offset} were read before; restore the database from a backup.", "log");
            }

            if (page.Count < FramesAPage)
            {
                yield break;
            }
        }
    }

    public async ValueTask<IReadOnlyList<string>> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        // Every log has a frame 0. The upper bound is the first text behind all that start with the prefix.
        var names = await tables.QueryAsync(
            "SELECT log FROM log_frames WHERE position = 0 AND log >= $1 AND log < $2 ORDER BY log",
            row => row.GetString(0),
            cancellationToken,
            prefix, prefix + '\uFFFF').ConfigureAwait(false);
        return names;
    }

    public async ValueTask DeleteAsync(string name, CancellationToken cancellationToken = default)
    {
        LogName.Require(name);
        await tables.WriteAsync(new TableWrite().Add("DELETE FROM log_frames WHERE log = $1", name), cancellationToken).ConfigureAwait(false);
    }
}
