namespace Orleans.MLOps.Storage.Tables;

/// <summary>One statement of a <see cref="TableWrite"/>.</summary>
public sealed class TableStatement
{
    internal TableStatement(string sql, object?[] parameters, string? name, RowCount? required)
    {
        Sql = sql;
        Parameters = parameters;
        Name = name;
        Required = required;
    }

    /// <summary>INSERT, UPDATE, DELETE, SELECT or WITH; parameters are <c>$1..$n</c>. The text is a key of the statement cache: values belong into parameters.</summary>
    public string Sql { get; }

    /// <summary>The values of <c>$1..$n</c> as stored.</summary>
    public IReadOnlyList<object?> Parameters { get; }

    /// <summary>Names the requirement in <see cref="TableWriteResult.FailedRequirement"/>; null when there is none.</summary>
    public string? Name { get; }

    /// <summary>How many rows the statement must touch; null for any number.</summary>
    public RowCount? Required { get; }
}
