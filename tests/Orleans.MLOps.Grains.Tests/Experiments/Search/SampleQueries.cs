using System.Globalization;
using CsCheck;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Tests.Experiments.Search;

/// <summary>Searches over <see cref="SampleRuns"/>.</summary>
internal static class SampleQueries
{
    private static readonly Gen<string> Text = Gen.OneOf(SampleRuns.Texts);
    private static readonly Gen<string> Pattern = Gen.OneOf<string>(Text, Gen.OneOf("%", "_", "x%", "%B", "a_b", "%s", "É", "é%", "_b", "[%", "%*%", "日_", "%z1", "\\%"));
    private static readonly Gen<string> Number = Gen.OneOf(SampleRuns.Numbers).Select(number => number.ToString(CultureInfo.InvariantCulture));
    private static readonly Gen<string> Comparison = Gen.OneOf("=", "!=", "<", "<=", ">", ">=");
    private static readonly Gen<string> Key = Gen.OneOf(SampleRuns.Keys);

    private static readonly Gen<string> Metric = Gen.Select(Key, Comparison, Number, (key, op, number) =>
        $"{FilterText.Key("metrics", key)} {(number == "NaN" && op != "=" ? "!=" : op)} {number}");

    private static readonly Gen<string> Texts = Gen.OneOf<string>(
        Gen.Select(Gen.OneOf("=", "!="), Text, (op, text) => $"{op} {FilterText.Value(text)}"),
        Gen.Select(Gen.OneOf("LIKE", "ILIKE"), Pattern, (op, text) => $"{op} {FilterText.Value(text)}"));

    private static readonly Gen<string> Keyed = Gen.Select(
        Gen.OneOf("params", "tags"), Key, Gen.OneOf<string>(Texts, Gen.OneOf("IS NULL", "IS NOT NULL")), (kind, key, rest) => $"{FilterText.Key(kind, key)} {rest}");

    private static readonly Gen<string> Attribute = Gen.OneOf<string>(
        Gen.Select(Gen.OneOf("run_name", "user_id", "datasets.name", "datasets.context"), Texts, (name, rest) => $"{name} {rest}"),
        Gen.Select(Gen.OneOf("=", "!="), Gen.OneOf("FINISHED", "running", "Killed"), (op, status) => $"status {op} '{status}'").Select(text => Upper(text)),
        Gen.OneOf("status LIKE 'F%'", "artifact_uri LIKE 'mlflow-artifacts:/1/%'", "run_id NOT IN ('x', 'y')", "run_id ILIKE '%A%'", "dataset.digest IN ('d1')"),
        Gen.Select(Comparison, Gen.OneOf("1000", "1002", "1002.5", "1005", "-1", "1e300"), (op, number) => $"start_time {op} {number}"),
        Gen.Select(Comparison, Gen.OneOf("0", "4500000000.5"), (op, number) => $"end_time {op} {number}"));

    private static readonly Gen<string> Order = Gen.Select(
        Gen.OneOf<string>(
            Key.Select(key => FilterText.Key("metrics", key)),
            Key.Select(key => FilterText.Key("params", key)),
            Key.Select(key => FilterText.Key("tags", key)),
            Gen.OneOf("run_name", "user_id", "start_time", "end_time", "status", "run_id")),
        Gen.OneOf("", " ASC", " DESC"),
        (name, direction) => name + direction);

    public static readonly Gen<RunQuery> Any = Gen.Select(
        Gen.OneOf<string>(Metric, Keyed, Attribute).Array[0, 3],
        Order.Array[0, 3],
        Gen.OneOf<long[]>([], [1], [1, 2], [2, 3, 99]),
        Gen.Enum<LifecycleView>(),
        (filter, orders, experiments, view) => new RunQuery
        {
            Filter = string.Join(" AND ", filter),
            OrderBy = [.. orders.DistinctBy(order => order.Replace(" ASC", "", StringComparison.Ordinal).Replace(" DESC", "", StringComparison.Ordinal))],
            ExperimentIds = experiments,
            View = view,
            InfoOnly = true,
        });

    // The naive search compares states in capitals.
    private static string Upper(string condition) => condition.ToUpperInvariant().Replace("STATUS", "status", StringComparison.Ordinal);
}
