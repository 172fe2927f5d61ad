using System.Globalization;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// The rules as SQL over the canonical rows (<c>source</c>). A row's reason names every rule it breaks, and is empty when it keeps all.
/// A missing value breaks only NotNull; NaN breaks Range.
/// </summary>
internal sealed class ExpectationSql(IReadOnlyList<Expectation> rules, IReadOnlyList<ColumnSchema> columns)
{
    private readonly string _reason = ReasonColumn(columns);

    public string CountRejected => $"SELECT count(*) FROM ({Judged}) WHERE {Identifier(_reason)} <> ''";

    public string FirstReason => $"SELECT row_ordinal, {Identifier(_reason)} FROM ({Judged}) WHERE {Identifier(_reason)} <> '' ORDER BY row_ordinal LIMIT 1";

    public string Accepted => $"SELECT * EXCLUDE ({Identifier(_reason)}) FROM ({Judged}) WHERE {Identifier(_reason)} = ''";

    /// <summary>The rejected rows with the reason behind the columns.</summary>
    public string Rejected => $"SELECT * FROM ({Judged}) WHERE {Identifier(_reason)} <> ''";

    private string Judged => $"SELECT *, concat_ws('; ', {string.Join(", ", rules.Select(Breach))}) AS {Identifier(_reason)} FROM source";

    /// <summary><c>reason</c>, or <c>_reason</c> and so on where a column has that name.</summary>
    public static string ReasonColumn(IReadOnlyList<ColumnSchema> columns)
    {
        var name = "reason";
        while (columns.Any(column => column.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            name = "_" + name;
        }

        return name;
    }

    public static string Identifier(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The reason when a row breaks the rule, otherwise NULL, which concat_ws leaves out.</summary>
    private static string Breach(Expectation rule)
    {
        var column = Identifier(rule.Column);
        return rule.Kind switch
        {
            ExpectationKind.NotNull => $"CASE WHEN {column} IS NULL THEN {Literal($"{rule.Column} is missing")} END",
            ExpectationKind.OneOf =>
                $"CASE WHEN {column} NOT IN ({string.Join(", ", rule.Allowed.Select(Literal))}) THEN concat({Literal($"{rule.Column} '")}, {column}, {Literal("' is not allowed")}) END",
            _ => RangeBreach(rule, column),
        };
    }

    private static string RangeBreach(Expectation rule, string column)
    {
        var outside = new List<string> { $"isnan({column}::DOUBLE)" };
        if (rule.Minimum is { } minimum)
        {
            outside.Add($"{column} < {Number(minimum)}");
        }

        if (rule.Maximum is { } maximum)
        {
            outside.Add($"{column} > {Number(maximum)}");
        }

        var bounds = (rule.Minimum, rule.Maximum) switch
        {
            ({ } least, null) => $"at least {Plain(least)}",
            (null, { } most) => $"at most {Plain(most)}",
            var (least, most) => $"{Plain(least!.Value)} to {Plain(most!.Value)}",
        };
        return $"CASE WHEN {string.Join(" OR ", outside)} THEN concat({Literal($"{rule.Column} is ")}, CASE WHEN isnan({column}::DOUBLE) THEN 'NaN' ELSE {column}::VARCHAR END, {Literal($", allowed {bounds}")}) END";
    }

    private static string Number(double value) => $"'{Plain(value)}'::DOUBLE";

    private static string Plain(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
