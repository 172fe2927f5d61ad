namespace Orleans.MLOps.Storage.Analytics;

/// <summary>The columns of a query's result in their order.</summary>
public sealed record QuerySchema
{
    /// <summary>The columns; names may repeat, as SQL allows.</summary>
    public required IReadOnlyList<QueryColumn> Columns { get; init; }
}
