using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// Profiles the columns of a canonical Parquet file in one streaming pass. Numbers and truth values (0 and 1) are numbers; instants and
/// days are numbers of seconds since 1970 UTC; texts are texts.
/// </summary>
internal static class DatasetProfiler
{
    public static async Task<DatasetSketches> RunAsync(AnalyticsEngine engine, string path, IReadOnlyList<ColumnSchema> columns, CancellationToken cancellationToken)
    {
        AnalyticsSource[] source = [AnalyticsSource.Of(path)];
        var origins = await OriginsAsync(engine, source, columns, cancellationToken).ConfigureAwait(false);
        ColumnSketch[] sketches = [.. columns.Select((column, i) => new ColumnSketch(column.Name, column.Type, origins[i]))];
        var rows = 0L;
        await engine.QueryAsync(
            $"SELECT {string.Join(", ", columns.Select(Value))} FROM source",
            source,
            row =>
            {
                rows++;
                Add(sketches, row);
            },
            cancellationToken).ConfigureAwait(false);
        return new DatasetSketches(rows, sketches);
    }

    /// <summary>The earliest instant of each time column; its quantiles are measured from there.</summary>
    private static async Task<double[]> OriginsAsync(AnalyticsEngine engine, AnalyticsSource[] source, IReadOnlyList<ColumnSchema> columns, CancellationToken cancellationToken)
    {
        var origins = new double[columns.Count];
        int[] times = [.. Enumerable.Range(0, columns.Count).Where(i => ColumnSketch.IsTime(columns[i].Type))];
        if (times.Length == 0)
        {
            return origins;
        }

        var least = times.Select(i => $"min({Value(columns[i])}) FILTER (isfinite({ExpectationSql.Identifier(columns[i].Name)}))");
        await engine.QueryAsync(
            $"SELECT {string.Join(", ", least)} FROM source",
            source,
            row =>
            {
                for (var i = 0; i < times.Length; i++)
                {
                    origins[times[i]] = row.IsDBNull(i) ? 0 : row.GetDouble(i);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return origins;
    }

    private static string Value(ColumnSchema column)
    {
        var name = ExpectationSql.Identifier(column.Name);
        return column.Type switch
        {
            ColumnType.Text => name,
            ColumnType.Timestamp or ColumnType.Date =>
                $"CASE WHEN isfinite({name}) THEN epoch_us({name}::TIMESTAMP) / 1e6 WHEN {name} > '1970-01-01'::DATE THEN 'inf'::DOUBLE WHEN {name} IS NOT NULL THEN '-inf'::DOUBLE END",
            _ => $"{name}::DOUBLE",
        };
    }

    private static void Add(ColumnSketch[] sketches, DbDataReader row)
    {
        for (var i = 0; i < sketches.Length; i++)
        {
            var sketch = sketches[i];
            if (row.IsDBNull(i))
            {
                sketch.Profile.AddNull();
            }
            else if (sketch.Type == ColumnType.Text)
            {
                sketch.Profile.Add(row.GetString(i));
            }
            else
            {
                sketch.Add(row.GetDouble(i));
            }
        }
    }
}
