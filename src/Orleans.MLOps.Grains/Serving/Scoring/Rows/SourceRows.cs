using System.Data.Common;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring.Rows;

/// <summary>The rows of a partition in memory: their ordinals, and the columns that a model reads.</summary>
internal sealed class SourceRows
{
    private readonly IReadOnlyList<SourceColumn> _columns;
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Array[] _values;
    private readonly long[] _ordinals;

    private SourceRows(IReadOnlyList<SourceColumn> columns, int most)
    {
        _columns = columns;
        _ordinals = new long[most];
        _values =
        [
            .. columns.Select(Array (column) => column.Type switch
            {
                ColumnType.Double => new double[most],
                ColumnType.Int64 => new long?[most],
                ColumnType.Boolean => new bool?[most],
                _ => new string?[most],
            }),
        ];
    }

    /// <summary>Rows read.</summary>
    public int Count { get; private set; }

    /// <summary>Where each row stood in the dataset's raw file, ascending; quarantined rows are left out.</summary>
    public ReadOnlySpan<long> Ordinals => _ordinals.AsSpan(0, Count);

    /// <summary>A column read as Double; NaN is a missing value.</summary>
    public ReadOnlySpan<double> Numbers(int column) => ((double[])_values[column]).AsSpan(0, Count);

    /// <summary>A column read as Int64.</summary>
    public ReadOnlySpan<long?> Integers(int column) => ((long?[])_values[column]).AsSpan(0, Count);

    /// <summary>A column read as Boolean.</summary>
    public ReadOnlySpan<bool?> Truths(int column) => ((bool?[])_values[column]).AsSpan(0, Count);

    /// <summary>A column read as Text.</summary>
    public ReadOnlySpan<string?> Texts(int column) => ((string?[])_values[column]).AsSpan(0, Count);

    /// <summary>Reads the rows of a version whose ordinals are at least <paramref name="from"/> and below <paramref name="to"/>.</summary>
    public static async Task<SourceRows> ReadAsync(
        AnalyticsEngine engine, string path, IReadOnlyList<SourceColumn> columns, long from, long to, CancellationToken cancellationToken)
    {
        var rows = new SourceRows(columns, checked((int)(to - from)));
        string[] selected = ["row_ordinal", .. columns.Select(column => column.Type == ColumnType.Double ? $"CAST({WindowSql.Quote(column.Name)} AS DOUBLE)" : WindowSql.Quote(column.Name))];
        await engine.QueryAsync(
            $"SELECT {string.Join(", ", selected)} FROM source WHERE row_ordinal >= {from} AND row_ordinal < {to} ORDER BY row_ordinal",
            [AnalyticsSource.Of(path)],
            rows.Add,
            cancellationToken);
        return rows;
    }

    /// <summary>The refusal of a value.</summary>
    public InvalidInputException Refuse(int row, int column, object? value, string needed) => new(
        $"Column '{_columns[column].Name}' of row {_ordinals[row]} (row_ordinal, from 0) {(value is null ? "has no value" : $"is {value}")}; {needed} is needed.", _columns[column].Name);

    private void Add(DbDataReader row)
    {
        _ordinals[Count] = row.GetInt64(0);
        for (var i = 0; i < _values.Length; i++)
        {
            var missing = row.IsDBNull(i + 1);
            switch (_values[i])
            {
                case double[] numbers:
                    numbers[Count] = missing ? double.NaN : row.GetDouble(i + 1);
                    break;
                case long?[] integers:
                    integers[Count] = missing ? null : row.GetInt64(i + 1);
                    break;
                case bool?[] truths:
                    truths[Count] = missing ? null : row.GetBoolean(i + 1);
                    break;
                case string?[] texts:
                    texts[Count] = missing ? null : Shared(row.GetString(i + 1));
                    break;
            }
        }

        Count++;
    }

    private string Shared(string text)
    {
        if (!_texts.TryGetValue(text, out var shared))
        {
            _texts.Add(text, shared = text);
        }

        return shared;
    }
}
