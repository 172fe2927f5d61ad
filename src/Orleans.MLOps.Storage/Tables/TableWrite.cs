namespace Orleans.MLOps.Storage.Tables;

/// <summary>A list of statements that are executed in order and atomically. Not safe for use by several threads while it is built.</summary>
public sealed class TableWrite
{
    private static readonly string[] Verbs = ["INSERT INTO", "UPDATE", "DELETE", "SELECT", "WITH"];

    private readonly List<TableStatement> _statements = [];

    /// <summary>The statements in order of execution.</summary>
    public IReadOnlyList<TableStatement> Statements => _statements;

    /// <summary>Adds a statement that may touch any number of rows.</summary>
    /// <exception cref="ArgumentException">The statement is none of the allowed kinds, or a value has a type that tables do not hold.</exception>
    public TableWrite Add(string sql, params object?[] parameters) => Append(sql, parameters, null, null);

    /// <summary>
    /// Adds a statement that must touch as many rows as <paramref name="rows"/> says; otherwise the whole write changes nothing and
    /// <see cref="TableWriteResult.FailedRequirement"/> is <paramref name="name"/>. A SELECT states a condition on what is stored.
    /// </summary>
    /// <exception cref="ArgumentException">The statement is none of the allowed kinds, or a value has a type that tables do not hold.</exception>
    public TableWrite Require(string name, RowCount rows, string sql, params object?[] parameters)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return Append(sql, parameters, name, rows);
    }

    private TableWrite Append(string sql, object?[] parameters, string? name, RowCount? rows)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(sql);
        ArgumentNullException.ThrowIfNull(parameters);
        var start = sql.AsSpan().TrimStart();
        var allowed = false;
        foreach (var verb in Verbs)
        {
            allowed |= start.StartsWith(verb, StringComparison.OrdinalIgnoreCase);
        }

        if (!allowed)
        {
            throw new ArgumentException($"A table write takes {string.Join(", ", Verbs)}; given: {sql}", nameof(sql));
        }

        _statements.Add(new TableStatement(sql, TableValue.ToStored(parameters), name, rows));
        return this;
    }
}
