using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>
/// The one thread that writes. It takes whatever waits, executes it in one transaction, commits once and then answers everyone:
/// under load a single fsync serves many callers, and a lone caller waits for its own alone.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    private const int MaxGroup = 1000;

    private readonly SqliteConnection _connection;
    private readonly SqliteWriteStatements _statements;
    private readonly ILogger _logger;
    private readonly WriteInbox _inbox;
    private readonly Thread _thread;
    private readonly List<PendingWrite> _group = new(MaxGroup);
    private readonly List<WriteOutcome> _outcomes = new(MaxGroup);

    public SqliteWriter(SqliteConnection connection, int queueCapacity, ILogger logger)
    {
        _connection = connection;
        _statements = new SqliteWriteStatements(connection.Handle!);
        _logger = logger;
        _inbox = new WriteInbox(queueCapacity);
        _thread = new Thread(Run) { IsBackground = true, Name = "mlops-tables-writer" };
        _thread.Start();
    }

    public int Queued => _inbox.Queued;

    public Task<TableWriteResult> WriteAsync(TableWrite write, CancellationToken cancellationToken) => _inbox.WriteAsync(write, cancellationToken);

    public void Dispose()
    {
        if (_inbox.Close())
        {
            _thread.Join();
            _statements.Dispose();
            _connection.Dispose();
        }
    }

    private void Run()
    {
        while (_inbox.WaitAsync().AsTask().GetAwaiter().GetResult())
        {
            _inbox.Take(_group, MaxGroup);
            if (_group.Count > 0)
            {
                WriteGroup();
                _group.Clear();
                _outcomes.Clear();
            }
        }
    }

    private void WriteGroup()
    {
        try
        {
            _statements.Execute("BEGIN IMMEDIATE");
            if (!TryExecuteGroup())
            {
                _outcomes.Clear();
                _statements.Execute("ROLLBACK");
                _statements.Execute("BEGIN IMMEDIATE");
                ExecuteGroup();
            }

            _statements.Execute("COMMIT");
        }
        catch (Exception error)
        {
            FailGroup(error as MLOpsException ?? Translate(error));
            return;
        }

        // Refusals are told after the commit too: they may rest on what a neighbour in this group wrote.
        for (var i = 0; i < _group.Count; i++)
        {
            _outcomes[i].Deliver(_group[i]);
        }
    }

    private bool TryExecuteGroup()
    {
        foreach (var pending in _group)
        {
            var stands = SqliteWriteExecution.TryExecute(_statements, pending.Write, out var outcome);
            Keep(outcome);
            if (!stands)
            {
                return false;
            }
        }

        return true;
    }

    private void ExecuteGroup()
    {
        foreach (var pending in _group)
        {
            Keep(SqliteWriteExecution.Execute(_statements, pending.Write));
        }
    }

    private void Keep(WriteOutcome outcome)
    {
        _outcomes.Add(outcome);
        if (raw.sqlite3_get_autocommit(_connection.Handle) != 0)
        {
            throw outcome.Error ?? new UnavailableException("SQLite ended the transaction of a group of writes; nothing of it was written.");
        }
    }

    private void FailGroup(MLOpsException failure)
    {
        try
        {
            if (raw.sqlite3_get_autocommit(_connection.Handle) == 0)
            {
                _statements.Execute("ROLLBACK");
            }
        }
        catch (SqliteException rollbackError)
        {
            LogRollbackFailed(_logger, rollbackError);
        }

        LogGroupFailed(_logger, _group.Count, failure);
        foreach (var pending in _group)
        {
            pending.TrySetException(failure);
        }
    }

    private static MLOpsException Translate(Exception error) => error is SqliteException sqlite
        ? SqliteErrors.ToPlatform(sqlite, "committing a group of writes")
        : new UnavailableException($"Writing a group failed: {error.Message}", inner: error);

    [LoggerMessage(LogLevel.Error, "A group of {Count} table writes failed; nothing of it is acknowledged")]
    private static partial void LogGroupFailed(ILogger logger, int count, Exception error);

    [LoggerMessage(LogLevel.Error, "Rolling back a failed group of table writes failed")]
    private static partial void LogRollbackFailed(ILogger logger, Exception error);
}
