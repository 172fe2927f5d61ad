using System.Collections.Immutable;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>
/// Chooses what a search over runs goes through. A walk in order reads about rows / selectivity entries, going through a condition reads all
/// that it leaves. Counts that stop early decide. SQLite, where each param and tag that is counted is a look-up in the table besides, is first
/// asked how many of the walk's first entries pass: when enough do, it walks, for a fraction of what the counts cost.
/// </summary>
internal sealed class RunPlanner(ITables tables, PlatformClock clock)
{
    private const double UnknownSelectivity = 0.5;
    private const int FewestCounted = 1000;
    private const int MostCounted = 20_000;
    private const int Sampled = 400;
    private const int FewestPassed = Sampled / 50;

    private static readonly TimeSpan CountsHold = TimeSpan.FromMinutes(1);

    private (long Runs, DateTimeOffset At)? _size;

    /// <summary>Chooses for a page.</summary>
    public async Task<RunDriver> ChooseAsync(
        RunQuery query,
        ImmutableArray<FilterCondition> conditions,
        ImmutableArray<FilterOrder> orders,
        IReadOnlyList<SearchPlace>? after,
        CancellationToken cancellationToken)
    {
        var first = orders.FirstOrDefault();
        var named = conditions.Any(condition => condition.Field.Area == FilterArea.Attribute && RunConditionIndex.Has(condition));
        if (tables.Engine == TablesEngine.Sqlite && conditions.Length > 0 && !named && Walks(first))
        {
            var statement = new RunStatement(tables.Engine, query, conditions, orders, new RunDriver { Walks = true });
            if (statement.Sample(after, Sampled) is { } sample)
            {
                var counts = await tables.QueryAsync(sample, row => (Entries: row.GetInt64(0), Passed: row.GetInt64(1)), cancellationToken, statement.Parameters);
                if (counts[0].Entries == Sampled && counts[0].Passed >= FewestPassed)
                {
                    return Walk(query.ExperimentIds, first);
                }
            }
        }

        return await ChooseAsync(conditions, query.ExperimentIds, first, query.Limit + 1, cancellationToken);
    }

    /// <summary>Chooses by counts.</summary>
    public async Task<RunDriver> ChooseAsync(
        ImmutableArray<FilterCondition> conditions, long[] experiments, FilterOrder? first, int rows, CancellationToken cancellationToken)
    {
        var walks = Walks(first);
        FilterCondition[] indexed = [.. conditions.Where(RunConditionIndex.Has)];
        if (indexed.Length == 0 && experiments.Length == 0)
        {
            return new RunDriver { Walks = walks };
        }

        var runs = await SizeAsync(cancellationToken);
        var most = (int)Math.Clamp(2 * Math.Sqrt((double)rows * runs), FewestCounted, MostCounted);
        var counts = await CountAsync(indexed, experiments, most, cancellationToken);

        // A condition on the very key that orders bounds the walk instead of thinning it out.
        var walked = (double)rows;
        for (var i = 0; i < counts.Length; i++)
        {
            walked /= i < indexed.Length && indexed[i].Field == first?.Field ? 1 : Math.Clamp((double)counts[i] / Math.Max(runs, 1), 1e-9, 1);
        }

        walked /= Math.Pow(UnknownSelectivity, conditions.Length - indexed.Length);
        var best = counts.Length == 0 ? -1 : Array.IndexOf(counts, counts.Min());
        var fewest = counts[best];
        if (walks && (fewest > walked || fewest >= most))
        {
            return Walk(experiments, first);
        }

        return best < indexed.Length && fewest < most
            ? new RunDriver { Condition = indexed[best] }
            : new RunDriver { ByExperiment = experiments.Length > 0 };
    }

    /// <summary>Whether an index is in the order of a first key; without one, the newest runs come first.</summary>
    public static bool Walks(FilterOrder? first) => first is null || first.Field.Area != FilterArea.Attribute || first.Field.Name == "start_time";

    // One experiment's index is in the order of start times.
    private static RunDriver Walk(long[] experiments, FilterOrder? first) =>
        new() { Walks = true, ByExperiment = experiments.Length == 1 && first?.Field.Area is null or FilterArea.Attribute };

    private async Task<long> SizeAsync(CancellationToken cancellationToken)
    {
        var now = clock.WallNow;
        if (_size is { } known && now - known.At < CountsHold)
        {
            return known.Runs;
        }

        var rows = await tables.QueryAsync("SELECT count(*) FROM runs", row => row.GetInt64(0), cancellationToken);
        _size = (rows[0], now);
        return rows[0];
    }

    private async Task<long[]> CountAsync(FilterCondition[] conditions, long[] experiments, int most, CancellationToken cancellationToken)
    {
        var sql = new SqlText(tables.Engine);
        List<string> queries = [.. conditions.Select(condition => RunConditionIndex.Ids(sql, condition))];
        if (experiments.Length > 0)
        {
            queries.Add($"SELECT r.run_id FROM runs r WHERE r.experiment_id IN ({sql.BindAll(experiments)})");
        }

        var limit = sql.Bind(most);
        var rows = await tables.QueryAsync(
            $"SELECT {string.Join(", ", queries.Select((query, i) => $"(SELECT count(*) FROM ({query} LIMIT {limit}) q{i})"))}",
            row => Enumerable.Range(0, queries.Count).Select(row.GetInt64).ToArray(),
            cancellationToken,
            sql.Parameters);
        return rows[0];
    }
}
