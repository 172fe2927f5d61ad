using System.Collections.Immutable;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// A search over runs as one statement, so that a page is of one moment. It finds the page's ids first and reads whole runs last. A walk by
/// a metric, param or tag has up to three parts: runs with a value, with NaN, without one; each asks only for what the parts before left over.
/// </summary>
internal sealed class RunStatement
{
    private const string First = "k0";

    private readonly SqlText _sql;
    private readonly RunQuery _query;
    private readonly ImmutableArray<FilterCondition> _conditions;
    private readonly RunDriver _driver;

    public RunStatement(TablesEngine engine, RunQuery query, ImmutableArray<FilterCondition> conditions, ImmutableArray<FilterOrder> orders, RunDriver driver)
    {
        (_sql, _query, _conditions, _driver) = (new SqlText(engine), query, conditions, driver);
        Order = SearchOrder.Of(_sql, SearchSchemas.Runs, orders);
    }

    public SearchOrder Order { get; }

    public object?[] Parameters => _sql.Parameters;

    /// <summary>Grades and values of the order follow the columns of <see cref="RunRows"/>.</summary>
    public string Page(IReadOnlyList<SearchPlace>? after, int rows)
    {
        var parts = _driver.Walks && Order.Columns[0].Order.Field.Area != FilterArea.Attribute
            ? Walk(after, rows)
            : [SearchStatement.Of(_sql, "r.run_id AS id", From, Where(_conditions), Order, after, rows)];
        var names = string.Join(" UNION ALL ", parts.Select((_, i) => $"SELECT * FROM part{i}"));
        return
            $"""
            WITH {string.Join(",\n", parts.Select((part, i) => $"part{i} AS MATERIALIZED ({part})"))},
            page AS MATERIALIZED ({names})
            SELECT {RunRows.Columns}, {Order.Names("p")}
            FROM page p CROSS JOIN runs r CROSS JOIN experiments e
            WHERE r.run_id = p.id AND e.experiment_id = r.experiment_id
            ORDER BY {Order.OrderBySelected("p")}
            """;
    }

    /// <summary>
    /// How many entries a walk's first ones are, and how many of them the conditions leave; null where the walk has no index with values from
    /// the place on.
    /// </summary>
    /// <param name="after">The last row of the page before; the first page if null.</param>
    /// <param name="entries">At most this many.</param>
    public string? Sample(IReadOnlyList<SearchPlace>? after, int entries)
    {
        var first = Order.Columns[0];
        var field = first.Order.Field;
        if (after?[0].Grade is not (null or SortColumn.HasValue) || _conditions.Any(condition => condition.Field == field && condition.Operator == FilterOperator.IsNull))
        {
            return null;
        }

        var isTime = field.Area == FilterArea.Attribute;
        var same = _conditions.Where(condition => !isTime && condition.Field == field).ToImmutableArray();
        var column = isTime ? first with { Value = $"{First}.started_us" } : Value(first);
        string[] entry =
        [
            .. isTime
                ? _query.ExperimentIds.Length == 1 ? ExperimentList.Of(_sql, $"{First}.experiment_id", _query.ExperimentIds) : []
                : Entry(field, SortColumn.HasValue, same),
            .. after is null ? [] : new[] { column.NotBefore(_sql, after[0]) },
        ];
        return
            $"""
            WITH entry AS MATERIALIZED (
              SELECT {First}.run_id FROM {(isTime ? "runs" : SearchSchemas.Runs.Sides[field.Area].Name)} {First}
              {(entry.Length == 0 ? "" : $"WHERE {string.Join(" AND ", entry)}")}
              ORDER BY {column.Value} {(first.Order.Descending ? "DESC" : "ASC")} LIMIT {SearchStatement.Limit(entries)})
            SELECT (SELECT count(*) FROM entry),
              (SELECT count(*) FROM entry CROSS JOIN {SearchSchemas.Runs.From} WHERE r.run_id = entry.run_id AND {string.Join(" AND ", Where(_conditions.RemoveRange(same)))})
            """;
    }

    public string Count() => $"SELECT count(*) FROM {From} WHERE {string.Join(" AND ", Where(_conditions))}";

    private string From => _driver.Condition is null
        ? SearchSchemas.Runs.From
        : $"({RunConditionIndex.Ids(_sql, _driver.Condition)}) d CROSS JOIN {SearchSchemas.Runs.From}";

    private List<string> Walk(IReadOnlyList<SearchPlace>? after, int rows)
    {
        var first = Order.Columns[0];
        var field = first.Order.Field;
        var same = _conditions.Where(condition => condition.Field == field && condition.Operator != FilterOperator.IsNull).ToImmutableArray();
        var others = _conditions.RemoveRange(same);
        var place = after?[0].Grade ?? SortColumn.HasValue;
        var parts = new List<string>();
        foreach (var grade in Grades(field, same, others).Where(grade => grade >= place))
        {
            var column = grade == SortColumn.HasValue
                ? Value(first)
                : new SortColumn(first.Order, Nothing(field)) { SharedGrade = grade };
            var order = Order.WithFirst(column);
            var (from, where) = grade == SortColumn.IsMissing ? Missing(field, others) : Present(field, grade, same, others);
            if (after is not null && grade == place)
            {
                where = [.. where, order.After(_sql, after, grade == SortColumn.HasValue ? 0 : 1)];
            }

            var left = string.Concat(parts.Select((_, i) => $" - (SELECT count(*) FROM part{i})"));
            parts.Add(
                $"""
                SELECT r.run_id AS id, {order.Selected}
                FROM {from} {order.Joins}
                WHERE {string.Join(" AND ", where)}
                ORDER BY {order.OrderBy} LIMIT {SearchStatement.Limit(rows)}{left}
                """);
        }

        return parts;
    }

    private (string From, IEnumerable<string> Where) Missing(FilterField field, ImmutableArray<FilterCondition> others) =>
        (SearchSchemas.Runs.From, Where(others.Add(new FilterCondition(field, FilterOperator.IsNull))));

    private (string From, IEnumerable<string> Where) Present(
        FilterField field, int grade, ImmutableArray<FilterCondition> same, ImmutableArray<FilterCondition> others)
    {
        return ($"{SearchSchemas.Runs.Sides[field.Area].Name} {First} CROSS JOIN {SearchSchemas.Runs.From}",
            [.. Entry(field, grade, same), $"r.run_id = {First}.run_id", .. Where(others)]);
    }

    // What entries of the walked index must be.
    private IEnumerable<string> Entry(FilterField field, int grade, ImmutableArray<FilterCondition> same)
    {
        var presence = field.Area != FilterArea.Metric ? [] : new[] { grade == SortColumn.IsNan ? $"{First}.value IS NULL" : $"{First}.value IS NOT NULL" };
        return [$"{First}.key = {_sql.Bind(field.Name)}", .. presence, .. same.Select(condition => ConditionSql.OfSide(_sql, First, condition))];
    }

    private static SortColumn Value(SortColumn first) =>
        new(first.Order, first.Order.Field.Area == FilterArea.Metric ? $"{First}.value" : ConditionSql.Prefix($"{First}.value"));

    // Which parts the conditions on the very key that orders leave.
    private static int[] Grades(FilterField field, ImmutableArray<FilterCondition> same, ImmutableArray<FilterCondition> others)
    {
        if (same.IsEmpty && others.Any(condition => condition.Field == field))
        {
            return [SortColumn.IsMissing];
        }

        int[] present = field.Area == FilterArea.Metric ? [SortColumn.HasValue, SortColumn.IsNan] : [SortColumn.HasValue];
        return same.IsEmpty ? [.. present, SortColumn.IsMissing] : present;
    }

    private List<string> Where(ImmutableArray<FilterCondition> conditions)
    {
        List<string> where =
        [
            "e.experiment_id = r.experiment_id",
            .. LifecycleSql.Of(_query.View, "r.lifecycle", "e.lifecycle"),
            .. conditions.Where(condition => condition != _driver.Condition).Select(condition => ConditionSql.Of(_sql, SearchSchemas.Runs, condition)),
        ];
        if (_driver.Condition is not null)
        {
            where.Add("r.run_id = d.run_id");
        }

        where.AddRange(ExperimentList.Of(_sql, $"{(_driver.ByExperiment ? "" : _sql.Unindexed)}r.experiment_id", _query.ExperimentIds));
        return where;
    }

    private static string Nothing(FilterField field) => $"CAST(NULL AS {(field.Area == FilterArea.Metric ? "double precision" : "text")})";
}
