using System.Globalization;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A search as one statement that reads what it matches and sorts it.</summary>
internal static class SearchStatement
{
    /// <summary>The statement; grades and values of the order follow the columns asked for.</summary>
    /// <param name="sql">Takes the values.</param>
    /// <param name="columns">What to select.</param>
    /// <param name="from">The tables without those of the order.</param>
    /// <param name="where">The conditions; all rows if none.</param>
    /// <param name="order">The order.</param>
    /// <param name="after">The last row of the page before; the first page if null.</param>
    /// <param name="rows">At most this many.</param>
    public static string Of(
        SqlText sql, string columns, string from, IEnumerable<string> where, SearchOrder order, IReadOnlyList<SearchPlace>? after, int rows)
    {
        string[] all = after is null ? [.. where] : [.. where, order.After(sql, after)];
        return
            $"""
            SELECT {columns}, {order.Selected}
            FROM {from} {order.Joins}
            {(all.Length == 0 ? "" : $"WHERE {string.Join(" AND ", all)}")}
            ORDER BY {order.OrderBy} LIMIT {Limit(rows)}
            """;
    }

    /// <summary>A number of rows. It is not bound, because PostgreSQL's plan for any number of rows would sort all of them.</summary>
    public static string Limit(int rows) => rows.ToString(CultureInfo.InvariantCulture);
}
