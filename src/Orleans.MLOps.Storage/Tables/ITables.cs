using System.Data.Common;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>
/// Everything that grows or is searched. Writes of all callers share group commits; a write is durable when its task completes.
/// SQL is the part that SQLite and PostgreSQL have in common, with parameters <c>$1..$n</c>
/// (one that is tested for NULL needs a CAST, from which PostgreSQL learns its type); see <see cref="TableValue"/> for the values allowed.
/// </summary>
public interface ITables
{
    /// <summary>The database behind the tables; only for what no text that both understand can say.</summary>
    TablesEngine Engine { get; }

    /// <summary>
    /// Executes a write atomically: all its statements or none. The task completes after the commit that contains it is on disk.
    /// Waits while the queue is full. Not idempotent by itself: write the operation's id into <c>operations</c> in the same write.
    /// </summary>
    /// <param name="write">The statements; must not be changed afterwards.</param>
    /// <param name="cancellationToken">Withdraws the write while it still waits; a cancelled task means that nothing was written.</param>
    /// <returns>What was changed, or which requirement did not hold, in which case nothing was.</returns>
    /// <exception cref="AlreadyExistsException">A unique key is taken; this write alone changed nothing.</exception>
    /// <exception cref="FailedPreconditionException">A foreign key does not hold; this write alone changed nothing.</exception>
    /// <exception cref="InvalidInputException">The SQL is wrong, or another constraint is violated; this write alone changed nothing.</exception>
    /// <exception cref="ResourceExhaustedException">The disk is full; nothing was written.</exception>
    /// <exception cref="UnavailableException">The database cannot be written now, or is closed; the outcome of a failed commit is unknown.</exception>
    Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken = default);

    /// <summary>Runs a query on a connection that cannot write; sees every write acknowledged before the call.</summary>
    /// <param name="sql">One SELECT with parameters <c>$1..$n</c>.</param>
    /// <param name="read">Turns the current row into a value; runs on the store's own thread, so it must be quick and must not block.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    /// <param name="parameters">The values of <c>$1..$n</c>.</param>
    /// <returns>The rows in the query's order.</returns>
    /// <exception cref="InvalidInputException">The SQL is wrong.</exception>
    /// <exception cref="UnavailableException">The database cannot be read now, or is closed.</exception>
    Task<IReadOnlyList<T>> QueryAsync<T>(string sql, Func<DbDataReader, T> read, CancellationToken cancellationToken, params object?[] parameters);
}
