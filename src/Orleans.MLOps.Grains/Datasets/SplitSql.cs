using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>The queries of splits over a version's rows (<c>source</c>).</summary>
internal static class SplitSql
{
    private static readonly long Earliest = Microseconds(DateTimeOffset.MinValue);
    private static readonly long Latest = Microseconds(DateTimeOffset.MaxValue);

    /// <summary>Each instant with the number of its rows, ascending; NULL stands for rows without a finite one.</summary>
    public static string Instants(string timeColumn) => $"SELECT instant, count(*) FROM (SELECT {Instant(timeColumn)} AS instant FROM source) GROUP BY instant ORDER BY instant";

    /// <summary>Ordinal and instant (0 in a random split) of every row, in order of the ordinals.</summary>
    public static string Rows(SplitSpec spec) => $"SELECT row_ordinal, {InstantOf(spec)} FROM source ORDER BY row_ordinal";

    /// <summary>The same, with a 64-bit hash over all values of the row.</summary>
    public static string RowsWithContent(SplitSpec spec, IReadOnlyList<ColumnSchema> columns) =>
        $"SELECT row_ordinal, {InstantOf(spec)}, (hash({string.Join(", ", columns.Select(column => ExpectationSql.Identifier(column.Name)))}) >> 1)::BIGINT FROM source ORDER BY row_ordinal";

    /// <summary>Whether .NET's calendar has the instant.</summary>
    public static bool IsCalendar(long microseconds) => microseconds >= Earliest && microseconds <= Latest;

    private static string InstantOf(SplitSpec spec) => spec.Kind == SplitKind.Time ? Instant(spec.TimeColumn!) : "0::BIGINT";

    private static string Instant(string timeColumn)
    {
        var column = ExpectationSql.Identifier(timeColumn);
        return $"CASE WHEN isfinite({column}) THEN epoch_us({column}::TIMESTAMP) END";
    }

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
