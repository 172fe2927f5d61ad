using Microsoft.Data.Sqlite;

namespace Orleans.MLOps.Storage.Tables;

/// <summary>Executes one write inside the open transaction, under a savepoint wherever a part of it may have to be undone.</summary>
internal static class SqliteWriteExecution
{
    private static readonly string[] Lone = ["SAVEPOINT w", "RELEASE w", "ROLLBACK TO w"];

    public static WriteOutcome Execute(SqliteStatementCache cache, TableWrite write)
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
                cache.Execute(Lone[0]);
                opened = true;
            }

            var affected = new int[statements.Count];
            var returned = new object?[statements.Count];
            for (var i = 0; i < statements.Count; i++)
            {
                current = statements[i].Sql;
                (affected[i], returned[i]) = Step(cache.Get(current, statements[i].Parameters));
                if (statements[i].Required is { } required && !required.Allows(affected[i]))
                {
                    Undo(cache);
                    return new WriteOutcome(new TableWriteResult(statements[i].Name, [], []), null);
                }
            }

            if (guarded)
            {
                cache.Execute(Lone[1]);
            }

            return new WriteOutcome(new TableWriteResult(null, affected, returned), null);
        }
        catch (Exception error) when (error is SqliteException or InvalidOperationException)
        {
            if (opened)
            {
                TryUndo(cache);
            }

            return new WriteOutcome(null, error is SqliteException sqlite
                ? SqliteErrors.ToPlatform(sqlite, $"executing \"{current}\"")
                : new InvalidInputException($"The statement \"{current}\" cannot be executed: {error.Message}", inner: error));
        }
    }

    private static (int Rows, object? First) Step(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var rows = 0;
        object? first = null;
        while (reader.Read())
        {
            if (rows++ == 0 && !reader.IsDBNull(0))
            {
                first = reader.GetValue(0);
            }
        }

        return (reader.RecordsAffected >= 0 ? reader.RecordsAffected : rows, first);
    }

    private static void Undo(SqliteStatementCache cache)
    {
        cache.Execute(Lone[2]);
        cache.Execute(Lone[1]);
    }

    private static void TryUndo(SqliteStatementCache cache)
    {
        try
        {
            Undo(cache);
        }
        catch (SqliteException)
        {
            // The error took the transaction with it; the writer sees that and fails the group.
        }
    }
}
