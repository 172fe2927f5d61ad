using System.Text;
using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Checks a request against a route's inputs and puts its columns in their order. Refuses before anything is written.</summary>
internal static class FeatureBinder
{
    /// <summary>So many rows a request may have: a reply of them, 32-digit ids and all, fits the message limit of the gRPC door by default.</summary>
    public const int MostRows = 65_536;

    /// <summary>So many bytes a reply with features may take: what the gRPC door allows by default, less room for what surrounds the columns.</summary>
    public const int MostReplyBytes = (4 << 20) - (64 << 10);

    private const int ReplyBytesARow = 34 + sizeof(double) + 5;

    /// <param name="layout">The inputs.</param>
    /// <param name="request">The request.</param>
    /// <param name="now">The endpoint's time.</param>
    /// <param name="alsoNamed">What belongs to the request besides its columns, so that another one under the same name is another operation.</param>
    public static BoundRows Bind(FeatureLayout layout, PredictRequest request, DateTimeOffset now, params FeatureColumn[] alsoNamed)
    {
        // No door lets one through, but an Orleans client may.
        if (request.Columns is null || request.EventTimes is null || Array.Exists(request.Columns, static column => column?.Name is null))
        {
            throw new InvalidInputException("The columns, their names and the event times must not be null.", "columns");
        }

        if (request.MinimumRevision < 0)
        {
            throw new InvalidInputException($"minimum_revision is {request.MinimumRevision}; at least 0 is needed.", "minimum_revision");
        }

        TensorRules.CheckWaiting(request.Timeout, request.Priority);
        TensorRules.CheckText(request.AffinityKey, "affinity_key");
        var (rows, numeric, categorical, keys) = ColumnBinder.Bind(layout, request.Columns, MostRows);
        var operation = PredictionOperation.IdOf(alsoNamed.Length == 0 ? request : request with { Columns = [.. request.Columns, .. alsoNamed] });
        var bytes = SealedBatchCodec.MostBytes(rows, numeric.Length, categorical, keys) + (operation == Guid.Empty ? 0 : PredictionOperation.Bytes);
        if (bytes > SealedBatchCodec.LargestBatch)
        {
            throw new InvalidInputException(
                $"{rows} instances of these features take up to {bytes} bytes in the prediction log; {SealedBatchCodec.LargestBatch} are allowed in one request: send them in several.", "columns");
        }

        if (request.ReturnFeatures && ReplyBytes(layout, rows, categorical) is > MostReplyBytes and var reply)
        {
            throw new InvalidInputException(
                $"A reply with the features of {rows} instances would take up to {reply} bytes; {MostReplyBytes} are allowed: send the instances in several requests or do not ask for the features.",
                "return_features");
        }

        return new BoundRows
        {
            Rows = rows,
            EventTimes = EventTimes(request, rows, now),
            Numeric = numeric,
            Categorical = categorical,
            WindowKeys = keys,
            Operation = operation,
            LogBytes = bytes,
        };
    }

    /// <summary>The size in a message: 8 bytes a number; a tag, a length and UTF-8 a text.</summary>
    private static long ReplyBytes(FeatureLayout layout, int rows, string[][] categorical)
    {
        var bytes = (long)rows * (ReplyBytesARow + (layout.Numeric.Length * sizeof(double)));
        foreach (var column in categorical)
        {
            foreach (var text in column)
            {
                bytes += 1 + sizeof(int) + Encoding.UTF8.GetByteCount(text);
            }
        }

        return bytes;
    }

    private static long[] EventTimes(PredictRequest request, int rows, DateTimeOffset now)
    {
        var times = new long[rows];
        if (request.EventTimes.Length == 0)
        {
            Array.Fill(times, TableValue.ToMicroseconds(now));
            return times;
        }

        if (request.EventTimes.Length != rows)
        {
            throw new InvalidInputException($"{request.EventTimes.Length} event times for {rows} instances.", "event_times");
        }

        for (var row = 0; row < rows; row++)
        {
            times[row] = TableValue.ToMicroseconds(request.EventTimes[row]);
            Platform.EventTimes.RequireInRange(request.EventTimes[row], now, "event_times");
            if (row > 0 && times[row] < times[row - 1])
            {
                throw new InvalidInputException(
                    $"Event time {request.EventTimes[row]:O} of instance {row} is before that of the instance before it; they must not decrease.", "event_times");
            }
        }

        return times;
    }
}
