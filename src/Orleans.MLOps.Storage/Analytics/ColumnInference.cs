using System.Text;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// Finds a column's narrowest type over all its values. Numbers may widen at any row; falling back to text is decided by the first
/// <see cref="SampleValues"/> values, so that one typing error late in a numeric column is an error and not a column of text.
/// </summary>
internal sealed class ColumnInference(string name, ColumnType? declared)
{
    public const long SampleValues = 10_000;

    private static readonly ColumnType[] Order = [ColumnType.Boolean, ColumnType.Int64, ColumnType.Double, ColumnType.Date, ColumnType.Timestamp];

    private readonly bool[] _possible = [true, true, true, true, true];
    private ColumnType _first = ColumnType.Boolean;
    private bool _text;
    private long _values;

    public ColumnSchema Column => new() { Name = name, Type = declared ?? (_text || _values == 0 ? ColumnType.Text : _first) };

    public void Add(ReadOnlySpan<byte> value, long line)
    {
        if (value.IsEmpty || _text)
        {
            return;
        }

        if (declared is { } type)
        {
            if (!CsvValue.Fits(value, type))
            {
                throw TabularNames.Misfit($"Line {line}", name, Encoding.UTF8.GetString(value), type);
            }

            return;
        }

        Narrow(value, line);
        _values++;
    }

    private void Narrow(ReadOnlySpan<byte> value, long line)
    {
        var before = _first;
        var found = false;
        for (var i = 0; i < Order.Length; i++)
        {
            // What is an integer is a double, and what is a date is a timestamp.
            var implied = i > 0 && found && Order[i - 1] is ColumnType.Int64 or ColumnType.Date && _possible[i - 1];
            _possible[i] = _possible[i] && (implied || CsvValue.Fits(value, Order[i]));
            if (_possible[i] && !found)
            {
                found = true;
                _first = Order[i];
            }
        }

        if (!found)
        {
            if (_values >= SampleValues)
            {
                throw TabularNames.Misfit($"Line {line}", name, Encoding.UTF8.GetString(value), before, $", as the {_values} values before it are; declare the column as Text if it is text");
            }

            _text = true;
        }
    }
}
