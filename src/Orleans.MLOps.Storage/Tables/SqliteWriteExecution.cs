using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Executes one write inside the open transaction.</summary>
internal static class SqliteWriteExecution
{
    /// <summary>
    /// Executes it without a savepoint, which would copy every page that the write touches and which hardly a write ever needs.
    /// False when the write is refused and something of it stands: then the transaction must be rolled back, and executed again under savepoints.
    /// </summary>
    public static bool TryExecute(SqliteWriteStatements prepared, TableWrite write, out WriteOutcome outcome)
    {
        var before = prepared.Changes;
        outcome = Run(prepared, write);
        return !outcome.IsRefused || prepared.Changes == before;
    }

    /// <summary>Executes it under a savepoint if a part of it may have to be undone.</summary>
    public static WriteOutcome Execute(SqliteWriteStatements prepared, TableWrite write)
    {
        // A lone statement without a requirement undoes itself when it fails.
        if (write.Statements is [] or [{ Required: null }])
        {
            return Run(prepared, write);
        }

        prepared.Execute("SAVEPOINT w");
        var outcome = Run(prepared, write);
        try
        {
            if (outcome.IsRefused)
            {
                prepared.Execute("ROLLBACK TO w");
            }

            prepared.Execute("RELEASE w");
        }
        catch (SqliteException) when (outcome.Error is not null)
        {
            // The error took the transaction with it; the writer sees that and fails the group.
        }

        return outcome;
    }

    private static WriteOutcome Run(SqliteWriteStatements prepared, TableWrite write)
    {
        var statements = write.Statements;
        var affected = new int[statements.Count];
        var returned = new object?[statements.Count];
        var current = "";
        try
        {
            for (var i = 0; i < statements.Count; i++)
            {
                current = statements[i].Sql;
                (affected[i], returned[i]) = prepared.Run(current, statements[i].Parameters);
                if (statements[i].Required is { } required && !required.Allows(affected[i]))
                {
                    return new WriteOutcome(new TableWriteResult(statements[i].Name, [], []), null);
                }
            }

            return new WriteOutcome(new TableWriteResult(null, affected, returned), null);
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            return new WriteOutcome(null, error is SqliteException sqlite
                ? SqliteErrors.ToPlatform(sqlite, $"executing \"{current}\"")
                : new InvalidInputException($"The statement \"{current}\" cannot be executed: {error.Message}", inner: error));
        }
    }
}
