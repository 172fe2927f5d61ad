using System.Collections.Immutable;
using System.Data.Common;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A whole order as SQL: the caller's keys, then the schema's, as far as the unique one, which is the schema's last.</summary>
internal sealed class SearchOrder
{
    private SearchOrder(ImmutableArray<SortColumn> columns) => Columns = columns;

    public ImmutableArray<SortColumn> Columns { get; }

    public string Joins => string.Join(" ", Columns.Select(column => column.Join).Where(join => join.Length > 0));

    public string OrderBy => string.Join(", ", Columns.Select(column => column.OrderBy).OfType<string>());

    /// <summary>The order of rows selected as <see cref="Selected"/> by <paramref name="alias"/>.</summary>
    public string OrderBySelected(string alias) => string.Join(", ", Columns.Select((column, i) =>
        $"{(column.Grade is null ? "" : $"{alias}.g{i}, ")}{alias}.v{i} {(column.Order.Descending ? "DESC" : "ASC")}"));

    /// <summary>Grades and values, named g0, v0, g1, v1...</summary>
    public string Selected => string.Join(", ", Columns.Select((column, i) => $"{column.GradeSql} AS g{i}, {column.Value} AS v{i}"));

    /// <summary>The columns of <see cref="Selected"/> of an alias.</summary>
    public string Names(string alias) => string.Join(", ", Columns.Select((_, i) => $"{alias}.g{i}, {alias}.v{i}"));

    /// <param name="sql">Takes the keys.</param>
    /// <param name="schema">Where names are stored.</param>
    /// <param name="orders">The caller's keys.</param>
    /// <param name="metric">Joins the row of a metric that orders, by its alias and the number of its key; the only row if null.</param>
    public static SearchOrder Of(SqlText sql, SearchSchema schema, ImmutableArray<FilterOrder> orders, Func<string, int, string>? metric = null)
    {
        var all = orders.AddRange(schema.Tail.Where(tail => orders.All(order => order.Field != tail.Field)));

        // Behind the unique key nothing is left to order, wherever the caller put it.
        var unique = all.Select(order => order.Field).ToList().IndexOf(schema.Tail[^1].Field);
        return new SearchOrder([.. all.Take(unique + 1).Select((order, i) => Column(sql, schema, order, $"k{i}", metric is null ? null : alias => metric(alias, i)))]);
    }

    /// <summary>The same order, with another expression for its first key.</summary>
    public SearchOrder WithFirst(SortColumn first) => new(Columns.SetItem(0, first));

    /// <summary>Whether a row comes after a place, from a key on.</summary>
    public string After(SqlText sql, IReadOnlyList<SearchPlace> place, int from = 0)
    {
        // Built from the last key to the first, each inside the one before.
        string? rest = null;
        for (var i = Columns.Length - 1; i >= from; i--)
        {
            rest = Columns[i].After(sql, place[i], rest);
        }

        return from == 0 && Columns[0].Grade is null ? $"{Columns[0].NotBefore(sql, place[0])} AND {rest}" : rest!;
    }

    public SearchPlace[] Read(DbDataReader row, int ordinal) => [.. Columns.Select((column, i) => column.Read(row, ordinal + (2 * i)))];

    private static SortColumn Column(SqlText sql, SearchSchema schema, FilterOrder order, string alias, Func<string, string>? metric)
    {
        var field = order.Field;
        if (field.Area == FilterArea.Attribute)
        {
            var column = schema.Attributes[field.Name];
            return new SortColumn(order, column.Sql)
            {
                Grade = column.Nullable ? $"CASE WHEN {column.Sql} IS NULL THEN {SortColumn.IsMissing} ELSE {SortColumn.HasValue} END" : null,
            };
        }

        var side = schema.Sides[field.Area];
        var join = $"LEFT JOIN {side.Name} {alias} ON {side.JoinedAs(alias)} AND {alias}.key = {sql.Bind(field.Name)}";
        return field.Area == FilterArea.Metric
            ? new SortColumn(order, $"{alias}.value")
            {
                Join = metric is null ? join : $"{join} AND {metric(alias)}",
                Grade = $"CASE WHEN {alias}.key IS NULL THEN {SortColumn.IsMissing} WHEN {alias}.is_nan = 1 THEN {SortColumn.IsNan} ELSE {SortColumn.HasValue} END",
            }
            : new SortColumn(order, ConditionSql.Prefix($"{alias}.value"))
            {
                Join = join,
                Grade = $"CASE WHEN {alias}.key IS NULL THEN {SortColumn.IsMissing} ELSE {SortColumn.HasValue} END",
            };
    }
}
