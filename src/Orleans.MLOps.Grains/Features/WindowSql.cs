using System.Globalization;
using System.Text;
using Orleans.MLOps.Features;

namespace Orleans.MLOps.Grains.Features;

/// <summary>
/// The SQL that evaluates a view over history. A window is the difference of two running sums over availability, each found by
/// an ASOF join: at the instant itself, and just before the window's first instant. That costs one sort for any number and length of windows,
/// where a RANGE frame was measured to take four times as long.
/// </summary>
internal static class WindowSql
{
    /// <summary>One row that counts what no frame may contain; see <see cref="ViewAudit"/>.</summary>
    public static string Audit(FeatureViewDefinition view)
    {
        var sql = new StringBuilder("WITH view_rows AS (").Append(Select(view)).Append(")\nSELECT count(*) AS examples")
            .Append(CultureInfo.InvariantCulture, $", count(*) - count(DISTINCT {Quote(view.RowId)}) AS repeated_ids")
            .Append(CultureInfo.InvariantCulture, $", count(*) FILTER ({Quote(view.EventTime)} IS NULL OR NOT isfinite({Quote(view.EventTime)})) AS untimed")
            .Append(CultureInfo.InvariantCulture, $", count(*) FILTER (NOT isfinite({Quote(view.LabelAvailableAt)})) AS unknown_availability")
            .Append(CultureInfo.InvariantCulture, $", count(*) FILTER (CAST({Quote(view.Label)} AS DOUBLE) NOT IN (0, 1)) AS wrong_labels")
            .Append(CultureInfo.InvariantCulture, $", CAST(min(CAST({Quote(view.Label)} AS DOUBLE)) FILTER (CAST({Quote(view.Label)} AS DOUBLE) NOT IN (0, 1)) AS VARCHAR) AS wrong_label");
        for (var i = 0; i < view.Numeric.Length; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $", count(*) FILTER (isinf(CAST({Quote(view.Numeric[i])} AS DOUBLE))) AS infinite_{i}");
        }

        return sql.Append(" FROM view_rows").ToString();
    }

    /// <summary>The frame: fixed columns, numeric features, windows, categorical features; sorted by event time and row id.</summary>
    public static string Frame(FeatureViewDefinition view, long? from, long? to)
    {
        var sql = new StringBuilder("WITH view_rows AS (").Append(Select(view)).Append("),\nexample AS MATERIALIZED (")
            .Append(CultureInfo.InvariantCulture, $"SELECT {Quote(view.RowId)} AS row_id, CAST({Quote(view.EventTime)} AS TIMESTAMP) AS event_time, ")
            .Append(CultureInfo.InvariantCulture, $"CAST({Quote(view.Label)} AS DOUBLE) AS label, CAST({Quote(view.LabelAvailableAt)} AS TIMESTAMP) AS label_available_at");
        for (var i = 0; i < view.Numeric.Length; i++)
        {
            var number = $"CAST({Quote(view.Numeric[i])} AS DOUBLE)";
            sql.Append(CultureInfo.InvariantCulture, $", CASE WHEN NOT isnan({number}) THEN {number} END AS numeric_{i}");
        }

        for (var i = 0; i < view.Categorical.Length; i++)
        {
            sql.Append(CultureInfo.InvariantCulture, $", CAST({Quote(view.Categorical[i])} AS VARCHAR) AS category_{i}");
        }

        if (view.Windows.Length > 0)
        {
            sql.Append(CultureInfo.InvariantCulture, $", NULLIF(CAST({Quote(view.Windows[0].Key)} AS VARCHAR), '') AS window_key, epoch_us(CAST({Quote(view.EventTime)} AS TIMESTAMP)) AS asked_us");
        }

        sql.Append(" FROM view_rows)");
        var range = Range(from, to);
        if (view.Windows.Length > 0)
        {
            AppendWindows(sql, view, range);
        }

        sql.Append("\nSELECT example.row_id, example.event_time, example.label, example.label_available_at");
        AppendColumns(sql, "example.numeric_", view.Numeric);
        AppendColumns(sql, "windowed.window_", view.Windows.Select(window => window.Name));
        AppendColumns(sql, "example.category_", view.Categorical);
        sql.Append(" FROM example");
        if (view.Windows.Length > 0)
        {
            sql.Append(" JOIN windowed ON windowed.window_key IS NOT DISTINCT FROM example.window_key AND windowed.asked_us = example.asked_us");
        }

        return sql.Append(CultureInfo.InvariantCulture, $"{range}\nORDER BY example.event_time, example.row_id").ToString();
    }

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static void AppendWindows(StringBuilder sql, FeatureViewDefinition view, string range)
    {
        sql.Append(
            """
            ,
            arrived AS (
              SELECT window_key, epoch_us(label_available_at) AS known_us, sum(label) AS total, count(*) AS number FROM example
              WHERE label IS NOT NULL AND label_available_at IS NOT NULL AND window_key IS NOT NULL GROUP BY ALL),
            running AS MATERIALIZED (
              SELECT window_key, known_us, sum(total) OVER (PARTITION BY window_key ORDER BY known_us ROWS UNBOUNDED PRECEDING) AS total,
                CAST(sum(number) OVER (PARTITION BY window_key ORDER BY known_us ROWS UNBOUNDED PRECEDING) AS BIGINT) AS number FROM arrived),
            """)
            .Append(CultureInfo.InvariantCulture, $"\nasked AS (SELECT DISTINCT window_key, asked_us FROM example{range}),\n")
            .Append("upto AS (SELECT asked.*, coalesce(running.total, 0) AS total, coalesce(running.number, 0) AS number ")
            .Append("FROM asked ASOF LEFT JOIN running ON asked.window_key = running.window_key AND asked.asked_us >= running.known_us)");
        var lengths = view.Windows.Select(window => Microseconds(window.Length)).Distinct().ToArray();
        var previous = "upto";
        for (var i = 0; i < lengths.Length; i++)
        {
            sql.Append(
                CultureInfo.InvariantCulture,
                $",\nbefore_{i} AS (SELECT {previous}.*, {previous}.total - coalesce(running.total, 0) AS total_{i}, {previous}.number - coalesce(running.number, 0) AS number_{i} FROM {previous} ASOF LEFT JOIN running ON {previous}.window_key = running.window_key AND {previous}.asked_us - {lengths[i]} > running.known_us)");
            previous = $"before_{i}";
        }

        sql.Append(",\nwindowed AS (SELECT window_key, asked_us");
        for (var i = 0; i < view.Windows.Length; i++)
        {
            var length = Array.IndexOf(lengths, Microseconds(view.Windows[i].Length));
            var value = view.Windows[i].Aggregate switch
            {
                WindowAggregate.Mean => $"CASE WHEN number_{length} > 0 THEN total_{length} / number_{length} END",
                WindowAggregate.Sum => $"CAST(total_{length} AS DOUBLE)",
                _ => $"CAST(number_{length} AS DOUBLE)",
            };
            sql.Append(CultureInfo.InvariantCulture, $", {value} AS window_{i}");
        }

        sql.Append(CultureInfo.InvariantCulture, $" FROM {previous})");
    }

    private static void AppendColumns(StringBuilder sql, string prefix, IEnumerable<string> names)
    {
        var i = 0;
        foreach (var name in names)
        {
            sql.Append(CultureInfo.InvariantCulture, $", {prefix}{i++} AS {Quote(name)}");
        }
    }

    private static string Range(long? from, long? to) => (from, to) switch
    {
        (null, null) => "",
        ({ } first, null) => $" WHERE epoch_us(example.event_time) >= {first}",
        (null, { } end) => $" WHERE epoch_us(example.event_time) < {end}",
        ({ } first, { } end) => $" WHERE epoch_us(example.event_time) >= {first} AND epoch_us(example.event_time) < {end}",
    };

    private static string Select(FeatureViewDefinition view) => $"\n{view.Sql.Trim().TrimEnd(';')}\n";

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
