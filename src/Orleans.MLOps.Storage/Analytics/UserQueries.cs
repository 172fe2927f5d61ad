using System.Data.Common;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>Queries that users wrote, within a time limit and outside the place that is kept for the platform's own.</summary>
public sealed class UserQueries
{
    private readonly AnalyticsEngine _engine;
    private readonly TimeSpan _timeLimit;

    internal UserQueries(AnalyticsEngine engine, TimeSpan timeLimit) => (_engine, _timeLimit) = (engine, timeLimit);

    /// <inheritdoc cref="AnalyticsEngine.DescribeAsync"/>
    /// <exception cref="ResourceExhaustedException">The time is over.</exception>
    public Task<QuerySchema> DescribeAsync(string sql, IReadOnlyList<AnalyticsSource> sources, CancellationToken cancellationToken = default) =>
        RunAsync(sources, session => AnalyticsEngine.Describe(session, session.RequireSelect(sql)), cancellationToken);

    /// <summary>Runs a query and hands each row to <paramref name="row"/> on the engine's thread; holds one chunk of rows at a time.</summary>
    /// <exception cref="InvalidInputException">The SQL is wrong; the message is DuckDB's.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside its sources.</exception>
    /// <exception cref="ResourceExhaustedException">The time is over, or the query needs more memory or spill than the options allow.</exception>
    public Task QueryAsync(string sql, IReadOnlyList<AnalyticsSource> sources, Action<DbDataReader> row, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        return RunAsync(sources, session => AnalyticsEngine.Query(session, session.RequireSelect(sql), row), cancellationToken);
    }

    /// <inheritdoc cref="AnalyticsEngine.WriteParquetAsync"/>
    public Task<long> WriteParquetAsync(string sql, IReadOnlyList<AnalyticsSource> sources, string path, CancellationToken cancellationToken = default) =>
        RunAsync(sources, session => AnalyticsEngine.WriteParquet(session, session.RequireSelect(sql), path), cancellationToken);

    private Task<T> RunAsync<T>(IReadOnlyList<AnalyticsSource> sources, Func<AnalyticsSession, T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return _engine.RunForUserAsync(sources, work, _timeLimit, cancellationToken);
    }
}
