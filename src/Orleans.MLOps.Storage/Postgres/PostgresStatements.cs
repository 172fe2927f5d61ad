using Npgsql;

namespace Orleans.MLOps.Storage.Postgres;

/// <summary>Makes batch commands of statements with parameters <c>$1..$n</c>.</summary>
internal static class PostgresStatements
{
    public static NpgsqlBatchCommand Create(string sql, IReadOnlyList<object?> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }

    /// <summary>PostgreSQL ends the connection over a missing parameter, and with it the group of others' writes; so it is found before.</summary>
    /// <exception cref="InvalidInputException">The statement names a parameter that has no value.</exception>
    public static void RequireParameters(string sql, int given)
    {
        for (var at = sql.IndexOf('$', StringComparison.Ordinal); at >= 0; at = sql.IndexOf('$', at + 1))
        {
            var number = 0;
            for (var digit = at + 1; digit < sql.Length && char.IsAsciiDigit(sql[digit]) && number < ushort.MaxValue; digit++)
            {
                number = (number * 10) + (sql[digit] - '0');
            }

            if (number > given)
            {
                throw new InvalidInputException($"The statement \"{sql}\" names ${number}, but {given} values are given.");
            }
        }
    }

    /// <summary>Whether a statement answers with rows. A WITH does unless it ends in a change without RETURNING.</summary>
    public static bool ReturnsRows(string sql)
    {
        var text = sql.AsSpan().TrimStart();
        return text.StartsWith("SELECT", StringComparison.OrdinalIgnoreCase)
            || text.Contains("RETURNING", StringComparison.OrdinalIgnoreCase)
            || (text.StartsWith("WITH", StringComparison.OrdinalIgnoreCase)
                && !text.Contains("INSERT", StringComparison.OrdinalIgnoreCase)
                && !text.Contains("UPDATE", StringComparison.OrdinalIgnoreCase)
                && !text.Contains("DELETE", StringComparison.OrdinalIgnoreCase));
    }
}
