using Npgsql;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>Executes writes as pipelined batches inside an open transaction.</summary>
internal static class PostgresWriteExecution
{
    private const string Savepoint = "w";

    /// <summary>Executes writes together, whatever their requirements say; the outcomes say which do not hold.</summary>
    public static async Task<List<WriteOutcome>> ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<TableWrite> writes)
    {
        TableStatement[] statements = [.. writes.SelectMany(write => write.Statements)];
        var results = statements.Length > 0 ? await RunAsync(connection, transaction, statements).ConfigureAwait(false) : [];
        var outcomes = new List<WriteOutcome>(writes.Count);
        var next = 0;
        foreach (var write in writes)
        {
            outcomes.Add(new WriteOutcome(Judge(write, results.AsSpan(next, write.Statements.Count)), null));
            next += write.Statements.Count;
        }

        return outcomes;
    }

    /// <summary>Executes one write under a savepoint; what fails or is refused is undone and told, the transaction goes on.</summary>
    public static async Task<WriteOutcome> ExecuteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, TableWrite write)
    {
        await transaction.SaveAsync(Savepoint).ConfigureAwait(false);
        try
        {
            var outcome = (await ExecuteAsync(connection, transaction, [write]).ConfigureAwait(false))[0];
            if (!outcome.Result!.Applied)
            {
                await transaction.RollbackAsync(Savepoint).ConfigureAwait(false);
            }

            await transaction.ReleaseAsync(Savepoint).ConfigureAwait(false);
            return outcome;
        }
        catch (PostgresException error) when (!PostgresErrors.IsConflict(error))
        {
            var failure = PostgresErrors.ToPlatform(error, $"executing \"{error.BatchCommand?.CommandText ?? write.Statements[0].Sql}\"");

            // Without resources for one write the driver gives the connection up, and with it the writes before.
            if (failure is UnavailableException || connection.State != System.Data.ConnectionState.Open)
            {
                throw failure;
            }

            await transaction.RollbackAsync(Savepoint).ConfigureAwait(false);
            return new WriteOutcome(null, failure);
        }
    }

    private static async Task<(int Rows, object? First)[]> RunAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, TableStatement[] statements)
    {
        await using var batch = new NpgsqlBatch(connection, transaction);
        foreach (var statement in statements)
        {
            batch.BatchCommands.Add(PostgresStatements.Create(statement.Sql, statement.Parameters));
        }

        var results = new (int Rows, object? First)[statements.Length];
        await using (var reader = await batch.ExecuteReaderAsync().ConfigureAwait(false))
        {
            // The reader stops only at statements that return rows, in order.
            for (var i = 0; i < statements.Length; i++)
            {
                if (PostgresStatements.ReturnsRows(statements[i].Sql))
                {
                    results[i] = await ReadAsync(reader).ConfigureAwait(false);
                    await reader.NextResultAsync().ConfigureAwait(false);
                }
            }
        }

        for (var i = 0; i < statements.Length; i++)
        {
            if (batch.BatchCommands[i].StatementType is StatementType.Insert or StatementType.Update or StatementType.Delete)
            {
                results[i].Rows = batch.BatchCommands[i].RecordsAffected;
            }
        }

        return results;
    }

    private static async Task<(int Rows, object? First)> ReadAsync(NpgsqlDataReader reader)
    {
        var rows = 0;
        object? first = null;
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            if (rows++ == 0 && !reader.IsDBNull(0))
            {
                first = reader.GetValue(0) is int small ? (long)small : reader.GetValue(0);
            }
        }

        return (rows, first);
    }

    private static TableWriteResult Judge(TableWrite write, ReadOnlySpan<(int Rows, object? First)> results)
    {
        for (var i = 0; i < results.Length; i++)
        {
            if (write.Statements[i].Required is { } required && !required.Allows(results[i].Rows))
            {
                return new TableWriteResult(write.Statements[i].Name, [], []);
            }
        }

        var (affected, returned) = (new int[results.Length], new object?[results.Length]);
        for (var i = 0; i < results.Length; i++)
        {
            (affected[i], returned[i]) = results[i];
        }

        return new TableWriteResult(null, affected, returned);
    }
}
