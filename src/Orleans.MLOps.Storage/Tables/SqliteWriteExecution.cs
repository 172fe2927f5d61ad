using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Executes one write inside the open transaction, under a savepoint wherever a part of it may have to be undone.</summary>
internal static class SqliteWriteExecution
{
    private static readonly string[] Lone = ["SAVEPOINT w", "RELEASE w", "ROLLBACK TO w"];

    public static WriteOutcome Execute(SqliteWriteStatements prepared, TableWrite write)
    {
        var statements = write.Statements;

        // A lone statement without a requirement undoes itself when it fails.
        var guarded = statements.Count > 1 || (statements.Count == 1 && statements[0].Required is not null);
        var opened = false;
        var current = "opening a savepoint";
        try
        {
            if (guarded)
            {
                prepared.Execute(Lone[0]);
                opened = true;
            }

            var affected = new int[statements.Count];
            var returned = new object?[statements.Count];
            for (var i = 0; i < statements.Count; i++)
            {
                current = statements[i].Sql;
                (affected[i], returned[i]) = prepared.Run(current, statements[i].Parameters);
                if (statements[i].Required is { } required && !required.Allows(affected[i]))
                {
                    Undo(prepared);
                    return new WriteOutcome(new TableWriteResult(statements[i].Name, [], []), null);
                }
            }

            if (guarded)
            {
                prepared.Execute(Lone[1]);
            }

            return new WriteOutcome(new TableWriteResult(null, affected, returned), null);
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            if (opened)
            {
                TryUndo(prepared);
            }

            return new WriteOutcome(null, error is SqliteException sqlite
                ? SqliteErrors.ToPlatform(sqlite, $"executing \"{current}\"")
                : new InvalidInputException($"The statement \"{current}\" cannot be executed: {error.Message}", inner: error));
        }
    }

    private static void Undo(SqliteWriteStatements prepared)
    {
        prepared.Execute(Lone[2]);
        prepared.Execute(Lone[1]);
    }

    private static void TryUndo(SqliteWriteStatements prepared)
    {
        try
        {
            Undo(prepared);
        }
        catch (SqliteException)
        {
            // The error took the transaction with it; the writer sees that and fails the group.
        }
    }
}
