namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// A search as one statement that reads what it matches and sorts it: right for tables of some thousands of rows, and for runs when a
/// condition leaves few of them.
/// </summary>
/// <param name="Sql">The statement; grades and values of the order follow the columns asked for.</param>
internal sealed record SearchStatement(string Sql)
{
    /// <param name="sql">Takes the values.</param>
    /// <param name="columns">What to select.</param>
    /// <param name="from">The tables without those of the order.</param>
    /// <param name="where">The conditions; all if none.</param>
    /// <param name="order">The order.</param>
    /// <param name="after">The last row of the page before; the first page if null.</param>
    /// <param name="rows">At most this many.</param>
    public static SearchStatement Of(
        SqlText sql, string columns, string from, IEnumerable<string> where, SearchOrder order, IReadOnlyList<SearchPlace>? after, int rows)
    {
        string[] all = after is null ? [.. where] : [.. where, order.After(sql, after)];
        return new SearchStatement(
            $"""
            SELECT {columns}, {order.Selected}
            FROM {from} {order.Joins}
            {(all.Length == 0 ? "" : $"WHERE {string.Join(" AND ", all)}")}
            ORDER BY {order.OrderBy} LIMIT {sql.Bind(rows)}
            """);
    }
}
