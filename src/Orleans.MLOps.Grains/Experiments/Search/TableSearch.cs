using System.Collections.Immutable;
using System.Data.Common;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A search over one of the smaller tables: what it matches is read and sorted by the database.</summary>
/// <typeparam name="TSearch">The query.</typeparam>
/// <typeparam name="TRow">What a row becomes.</typeparam>
internal sealed class TableSearch<TSearch, TRow>
{
    public required SearchSchema Schema { get; init; }

    /// <summary>The columns that <see cref="Read"/> reads.</summary>
    public required string Columns { get; init; }

    public required Func<DbDataReader, TRow> Read { get; init; }

    /// <summary>How long a row is (<see cref="PageBytes"/>).</summary>
    public required Func<TRow, long> Bytes { get; init; }

    /// <summary>The query without its limit and page token: what all pages of a search share.</summary>
    public required TSearch Search { get; init; }

    public required int Limit { get; init; }

    public string? PageToken { get; init; }

    public ImmutableArray<FilterCondition> Conditions { get; init; } = [];

    public ImmutableArray<FilterOrder> Orders { get; init; } = [];

    /// <summary>What must hold beside the filter; binds its values.</summary>
    public required Func<SqlText, IEnumerable<string>> Where { get; init; }

    /// <summary>More about the rows of metrics that are compared, of the alias c.</summary>
    public Func<SqlText, string?> OnlyMetrics { get; init; } = static _ => null;

    /// <summary>Which row of a metric orders, by its alias and the number of the key; null if a metric has one row.</summary>
    public Func<SqlText, string, int, string>? OrderingMetric { get; init; }

    public async Task<SearchPage<TRow>> RunAsync(ITables tables, CancellationToken cancellationToken)
    {
        var sql = new SqlText(tables.Engine);
        var order = SearchOrder.Of(sql, Schema, Orders, OrderingMetric is null ? null : (alias, i) => OrderingMetric(sql, alias, i));
        var after = PageTokens.Read(PageToken, Search, order);
        string[] where =
        [
            .. Where(sql),
            .. Conditions.Select(condition => ConditionSql.Of(sql, Schema, condition, condition.Field.Area == FilterArea.Metric ? OnlyMetrics(sql) : null)),
        ];
        var statement = SearchStatement.Of(sql, Columns, Schema.From, where, order, after, Limit + 1);
        return await SearchPage<TRow>.ReadAsync(
            tables,
            new()
            {
                Sql = statement,
                Parameters = sql.Parameters,
                Read = Read,
                Bytes = Bytes,
                Order = order,
                Limit = Limit,
                Token = place => PageTokens.Write(Search, place),
            },
            cancellationToken);
    }
}
