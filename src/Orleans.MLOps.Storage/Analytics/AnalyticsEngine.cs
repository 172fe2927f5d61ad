using System.Data.Common;
using DuckDB.NET.Data;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// Runs SQL over Parquet files in DuckDB, on threads of its own and within bounds of number, memory, threads and spill. The SQL may come from
/// users: it must be one SELECT, and it sees nothing but the sources given with it.
/// </summary>
public sealed class AnalyticsEngine : IDisposable
{
    private readonly StorageOptions _options;
    private readonly SemaphoreSlim _slots;
    private readonly SemaphoreSlim _userSlots;

    /// <summary>Creates the engine and removes scratch folders that an earlier process left. One engine a data folder.</summary>
    public AnalyticsEngine(StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _slots = new SemaphoreSlim(options.AnalyticsInstances);
        _userSlots = new SemaphoreSlim(Math.Max(1, options.AnalyticsInstances - 1));
        if (Directory.Exists(options.ScratchFolder))
        {
            Directory.Delete(options.ScratchFolder, recursive: true);
        }
    }

    /// <summary>
    /// The same queries for SQL that users wrote: each may run for <paramref name="timeLimit"/> at most, and all of them together leave one place to
    /// the platform's own, so that they cannot keep ingest waiting.
    /// </summary>
    public UserQueries ForUsers(TimeSpan timeLimit) => new(this, timeLimit);

    /// <summary>The columns that a query would return; nothing is executed.</summary>
    /// <exception cref="InvalidInputException">The SQL is wrong; the message is DuckDB's.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside its sources.</exception>
    public Task<QuerySchema> DescribeAsync(string sql, IReadOnlyList<AnalyticsSource> sources, CancellationToken cancellationToken = default) =>
        RunAsync(sources, session => Describe(session, session.RequireSelect(sql)), cancellationToken);

    /// <summary>Runs a query and hands each row to <paramref name="row"/> on the engine's thread; holds one chunk of rows at a time.</summary>
    /// <exception cref="InvalidInputException">The SQL is wrong; the message is DuckDB's.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside its sources.</exception>
    /// <exception cref="ResourceExhaustedException">The query needs more memory or spill than the options allow.</exception>
    public Task QueryAsync(string sql, IReadOnlyList<AnalyticsSource> sources, Action<DbDataReader> row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return RunAsync(sources, session => Query(session, session.RequireSelect(sql), row), cancellationToken);
    }

    /// <summary>Runs a query and collects what <paramref name="read"/> makes of each row, in the query's order.</summary>
    /// <exception cref="InvalidInputException">The SQL is wrong; the message is DuckDB's.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside its sources.</exception>
    /// <exception cref="ResourceExhaustedException">The query needs more memory or spill than the options allow.</exception>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, IReadOnlyList<AnalyticsSource> sources, Func<DbDataReader, T> read, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(read);
        var rows = new List<T>();
        await QueryAsync(sql, sources, reader => rows.Add(read(reader)), cancellationToken).ConfigureAwait(false);
        return rows;
    }

    /// <summary>Runs a query and writes its result as Parquet (Zstandard), in the query's order. The file appears complete or not at all; it is not flushed, since blobs are.</summary>
    /// <returns>The number of rows.</returns>
    /// <exception cref="InvalidInputException">The SQL is wrong; the message is DuckDB's.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside its sources.</exception>
    /// <exception cref="ResourceExhaustedException">The query needs more memory or spill than the options allow, or the disk is full.</exception>
    public Task<long> WriteParquetAsync(string sql, IReadOnlyList<AnalyticsSource> sources, string path, CancellationToken cancellationToken = default) =>
        RunAsync(sources, session => WriteParquet(session, session.RequireSelect(sql), path), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _slots.Dispose();
        _userSlots.Dispose();
    }

    internal static QuerySchema Describe(AnalyticsSession session, string select)
    {
        var columns = new List<QueryColumn>();
        session.Read($"DESCRIBE ({select})", reader =>
        {
            var type = reader.GetString(1);
            columns.Add(new QueryColumn { Name = reader.GetString(0), SqlType = type, Type = DuckTypes.FromSql(type) });
        });
        return new QuerySchema { Columns = columns };
    }

    internal static bool Query(AnalyticsSession session, string select, Action<DbDataReader> row)
    {
        session.Read(select, row);
        return true;
    }

    internal static long WriteParquet(AnalyticsSession session, string select, string path, string? note = null)
    {
        var scratch = Path.Combine(session.Scratch, "result.parquet");
        var metadata = note is null ? "" : $", KV_METADATA {{ note: {DuckTypes.Literal(note)} }}";
        var rows = session.ExecuteCount($"COPY ({select}) TO {DuckTypes.Literal(scratch)} (FORMAT parquet, COMPRESSION zstd{metadata})");
        File.Move(scratch, path, overwrite: true);
        return rows;
    }

    /// <summary>Runs the platform's own work in a fresh session on a thread of its own; cancellation interrupts what runs there.</summary>
    internal async Task<T> RunAsync<T>(IReadOnlyList<AnalyticsSource> sources, Func<AnalyticsSession, T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await StartAsync(sources, work, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Runs what users wrote. The time counts from when it has its place.</summary>
    internal async Task<T> RunForUserAsync<T>(
        IReadOnlyList<AnalyticsSource> sources, Func<AnalyticsSession, T> work, TimeSpan timeLimit, CancellationToken cancellationToken)
    {
        await _userSlots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _slots.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                using var limit = new CancellationTokenSource(timeLimit);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
                try
                {
                    return await StartAsync(sources, work, both.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
                {
                    throw new ResourceExhaustedException($"The query was stopped after {timeLimit:c}, the time that one may take.", "sql", error);
                }
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            _userSlots.Release();
        }
    }

    private Task<T> StartAsync<T>(IReadOnlyList<AnalyticsSource> sources, Func<AnalyticsSession, T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Run(sources, work, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private T Run<T>(IReadOnlyList<AnalyticsSource> sources, Func<AnalyticsSession, T> work, CancellationToken cancellationToken)
    {
        var scratch = Path.Combine(Path.GetFullPath(_options.ScratchFolder), Guid.NewGuid().ToString("N"));
        try
        {
            using var session = new AnalyticsSession(scratch, sources, _options, cancellationToken);
            using var interrupt = new SessionInterrupt(session.Connection, cancellationToken);
            return work(session);
        }
        catch (DuckDBException error)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw DuckErrors.ToPlatform(error, scratch, Path.GetFullPath(_options.DataFolder));
        }
        finally
        {
            if (Directory.Exists(scratch))
            {
                Directory.Delete(scratch, recursive: true);
            }
        }
    }
}
