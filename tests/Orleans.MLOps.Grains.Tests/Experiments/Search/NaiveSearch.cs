using System.Text;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments.Search;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>What a search over runs must find, said as plainly as possible.</summary>
internal static class NaiveSearch
{
    /// <summary>Experiment 3 is deleted.</summary>
    public const long DeletedExperiment = 3;

    public static string[] Find(IEnumerable<SampleRun> runs, RunQuery query)
    {
        var conditions = FilterParser.ParseFilter(FilterDialects.Runs, query.Filter);
        var orders = FilterParser.ParseOrders(FilterDialects.Runs, query.OrderBy);
        var found = runs
            .Where(run => query.ExperimentIds.Length == 0 || query.ExperimentIds.Contains(run.Experiment))
            .Where(run => query.View switch
            {
                LifecycleView.ActiveOnly => !IsDeleted(run),
                LifecycleView.DeletedOnly => IsDeleted(run),
                _ => true,
            })
            .Where(run => conditions.All(condition => Holds(run, condition)))
            .ToList();
        found.Sort((left, right) => Compare(left, right, orders));
        return [.. found.Select(run => run.Id)];
    }

    private static bool IsDeleted(SampleRun run) => run.Deleted || run.Experiment == DeletedExperiment;

    private static bool Holds(SampleRun run, FilterCondition condition)
    {
        var name = condition.Field.Name;
        return condition.Field.Area switch
        {
            FilterArea.Metric => run.Metrics.TryGetValue(name, out var number) && Holds(number, condition.Operator, condition.Number),
            FilterArea.Param => Holds(run.Params.GetValueOrDefault(name), condition),
            FilterArea.Tag => Holds(run.Tags.GetValueOrDefault(name), condition),
            FilterArea.Dataset => run.Datasets.Any(dataset =>
                Holds(name switch { "name" => dataset.Name, "digest" => dataset.Digest, _ => dataset.Context }, condition)),
            _ => name switch
            {
                "start_time" => Holds(Math.Floor(run.StartedUs / 1000.0), condition.Operator, condition.Number),
                "end_time" => run.EndedUs is { } ended && Holds(Math.Floor(ended / 1000.0), condition.Operator, condition.Number),
                _ => Holds(Text(run, name), condition),
            },
        };
    }

    private static string? Text(SampleRun run, string name) => name switch
    {
        "run_id" => run.Id,
        "run_name" => run.Name,
        "user_id" => run.User,
        "status" => run.Status.ToUpperInvariant(),
        "artifact_uri" => $"mlflow-artifacts:/{run.Experiment}/{run.Id}/artifacts",
        _ => null,
    };

    private static bool Holds(double value, FilterOperator op, double given) => op switch
    {
        FilterOperator.Equal => value == given || (double.IsNaN(value) && double.IsNaN(given)),
        FilterOperator.NotEqual => !Holds(value, FilterOperator.Equal, given),
        FilterOperator.Less => value < given,
        FilterOperator.LessOrEqual => value <= given,
        FilterOperator.Greater => value > given,
        _ => value >= given,
    };

    private static bool Holds(string? value, FilterCondition condition) => (value, condition.Operator) switch
    {
        (null, FilterOperator.IsNull) => true,
        (null, _) or (_, FilterOperator.IsNull) => false,
        (_, FilterOperator.IsNotNull) => true,
        (_, FilterOperator.Equal or FilterOperator.In) => condition.Texts.Contains(value),
        (_, FilterOperator.NotEqual or FilterOperator.NotIn) => !condition.Texts.Contains(value),
        (_, FilterOperator.Like) => Matches([.. value.EnumerateRunes()], [.. condition.Texts[0].EnumerateRunes()]),
        _ => Matches([.. Lower(value).EnumerateRunes()], [.. Lower(condition.Texts[0]).EnumerateRunes()]),
    };

    private static string Lower(string text) => string.Concat(text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));

    private static bool Matches(ReadOnlySpan<Rune> text, ReadOnlySpan<Rune> pattern)
    {
        if (pattern.IsEmpty)
        {
            return text.IsEmpty;
        }

        if (pattern[0].Value == '%')
        {
            return Matches(text, pattern[1..]) || (!text.IsEmpty && Matches(text[1..], pattern));
        }

        return !text.IsEmpty && (pattern[0].Value == '_' || pattern[0] == text[0]) && Matches(text[1..], pattern[1..]);
    }

    private static int Compare(SampleRun left, SampleRun right, IEnumerable<FilterOrder> orders)
    {
        foreach (var order in orders)
        {
            var (a, b) = (Place(left, order.Field), Place(right, order.Field));
            var compared = a.Grade != b.Grade ? a.Grade.CompareTo(b.Grade) : Compare(a.Value, b.Value) * (order.Descending ? -1 : 1);
            if (compared != 0)
            {
                return compared;
            }
        }

        return left.StartedUs != right.StartedUs ? right.StartedUs.CompareTo(left.StartedUs) : string.CompareOrdinal(left.Id, right.Id);
    }

    private static int Compare(object? left, object? right) => (left, right) switch
    {
        (string a, string b) => Convert.ToHexString(Encoding.UTF8.GetBytes(a)).CompareTo(Convert.ToHexString(Encoding.UTF8.GetBytes(b)), StringComparison.Ordinal),
        (double a, double b) => a.CompareTo(b),
        _ => 0,
    };

    private static int CompareTo(this string left, string right, StringComparison comparison) => string.Compare(left, right, comparison);

    public static (int Grade, object? Value) Place(SampleRun run, FilterField field) => field.Area switch
    {
        FilterArea.Metric => !run.Metrics.TryGetValue(field.Name, out var number) ? (2, null) : double.IsNaN(number) ? (1, null) : (0, number),
        FilterArea.Param => Place(run.Params.GetValueOrDefault(field.Name), ConditionSql.IndexedPrefix),
        FilterArea.Tag => Place(run.Tags.GetValueOrDefault(field.Name), ConditionSql.IndexedPrefix),
        _ => field.Name switch
        {
            "start_time" => (0, (double)run.StartedUs),
            "end_time" => run.EndedUs is { } ended ? (0, (double)ended) : (2, null),
            _ => Place(Text(run, field.Name), int.MaxValue),
        },
    };

    private static (int Grade, object? Value) Place(string? text, int length) =>
        text is null ? (2, null) : (0, string.Concat(text.EnumerateRunes().Take(length)));
}
