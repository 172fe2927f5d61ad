using System.Text;
using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>Answered rows on their way to a report: copies, because the arrays of a call are its caller's.</summary>
internal sealed class PredictedRows(BoundColumns bound, double[] probabilities, Range taken, DateTimeOffset at, double latency)
{
    /// <summary>Time, probability and latency.</summary>
    private const int BytesARow = 40;
    private const int BytesAText = 6;

    private readonly double[][] _numeric = Array.ConvertAll(bound.Numeric, column => column[taken]);
    private readonly string[][] _categorical = Array.ConvertAll(bound.Categorical, column => column[taken]);
    private readonly double[] _probabilities = probabilities[taken];

    public int Count => _probabilities.Length;

    /// <summary>What the rows take in a message, about and rather more.</summary>
    public long Bytes { get; } = BytesOf(bound, taken);

    public static long BytesOf(BoundColumns bound, Range taken)
    {
        var (first, rows) = taken.GetOffsetAndLength(bound.Rows);
        var bytes = (long)rows * (BytesARow + (sizeof(double) * bound.Numeric.Length));
        foreach (var column in bound.Categorical)
        {
            foreach (var text in column.AsSpan(first, rows))
            {
                bytes += BytesAText + Encoding.UTF8.GetByteCount(text);
            }
        }

        return bytes;
    }

    /// <summary>One report of all rows, in the order of their times.</summary>
    public static ReportPredictions ToReport(PredictedRows[] answered, FeatureLayout layout, ReportPredictions head)
    {
        var ordered = answered.OrderBy(rows => rows.At).ToArray();
        return head with
        {
            Columns =
            [
                .. layout.Numeric.Select((name, i) => new FeatureColumn { Name = name, Numbers = [.. ordered.SelectMany(rows => rows._numeric[i])] }),
                .. layout.Categorical.Select((name, i) => new FeatureColumn { Name = name, Texts = [.. ordered.SelectMany(rows => rows._categorical[i])] }),
            ],
            Probabilities = [.. ordered.SelectMany(rows => rows._probabilities)],
            EventTimes = [.. ordered.SelectMany(rows => Enumerable.Repeat(rows.At, rows.Count))],
            Latencies = [.. ordered.SelectMany(rows => Enumerable.Repeat(rows.Latency, rows.Count))],
        };
    }

    private DateTimeOffset At { get; } = at;

    private double Latency { get; } = latency;
}
