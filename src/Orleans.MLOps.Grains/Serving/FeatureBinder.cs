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

    public static BoundRows Bind(FeatureLayout layout, PredictRequest request, DateTimeOffset now)
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

        var rows = CountRows(request);
        if (rows > MostRows)
        {
            throw new InvalidInputException($"{rows} instances are given; {MostRows} are allowed in one request: send them in several.", "columns");
        }

        var numeric = new double[layout.Numeric.Length][];
        var categorical = new string[layout.Categorical.Length][];
        string[]? keys = null;
        foreach (var column in request.Columns)
        {
            var text = Array.IndexOf(layout.Categorical, column.Name);
            var number = Array.IndexOf(layout.Numeric, column.Name);
            if (text >= 0)
            {
                RequireFirst(categorical[text], column.Name);
                categorical[text] = Texts(column);
            }
            else if (number >= 0 && Array.IndexOf(layout.WindowInputs, number) < 0)
            {
                RequireFirst(numeric[number], column.Name);
                numeric[number] = Numbers(column);
            }
            else if (column.Name == layout.KeyColumn)
            {
                RequireFirst(keys, column.Name);
                keys = Texts(column);
            }
            else
            {
                throw new InvalidInputException(
                    $"Feature '{column.Name}' is not one the caller gives; needed: {string.Join(", ", layout.CallerInputs)}.", column.Name);
            }
        }

        foreach (var input in layout.WindowInputs)
        {
            if (input >= 0)
            {
                numeric[input] = new double[rows];
            }
        }

        FillOrRefuse(layout.Numeric, numeric, rows, layout);
        FillOrRefuse(layout.Categorical, categorical, rows, layout);
        if (layout.KeyColumn is { } key)
        {
            keys = layout.KeyInput >= 0 ? categorical[layout.KeyInput] : keys ?? (rows == 0 ? [] : throw Missing(key, layout));
        }

        var operation = PredictionOperation.IdOf(request);
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

    private static int CountRows(PredictRequest request)
    {
        var rows = -1;
        foreach (var column in request.Columns)
        {
            if (column.Numbers is not null && column.Texts is not null)
            {
                throw new InvalidInputException($"Feature '{column.Name}' has numbers and texts; only one of them is allowed.", column.Name);
            }

            // A message cannot tell an empty array from none, so a column of neither is one without rows.
            var count = column.Numbers?.Length ?? column.Texts?.Length ?? 0;
            if (rows >= 0 && count != rows)
            {
                throw new InvalidInputException($"Feature '{column.Name}' has {count} values, the columns before it {rows}.", column.Name);
            }

            rows = count;
        }

        return Math.Max(rows, 0);
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

    private static void RequireFirst(Array? earlier, string name)
    {
        if (earlier is not null)
        {
            throw new InvalidInputException($"Feature '{name}' is given twice.", name);
        }
    }

    private static void FillOrRefuse<T>(string[] names, T[]?[] columns, int rows, FeatureLayout layout)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] ??= rows == 0 ? [] : throw Missing(names[i], layout);
        }
    }

    private static InvalidInputException Missing(string name, FeatureLayout layout) =>
        new($"Feature '{name}' is missing; needed: {string.Join(", ", layout.CallerInputs)}.", name);

    private static double[] Numbers(FeatureColumn column)
    {
        var numbers = column.Numbers
            ?? (column.Texts is null ? [] : throw new InvalidInputException($"Feature '{column.Name}' is a number; texts were given.", column.Name));
        for (var row = 0; row < numbers.Length; row++)
        {
            if (!double.IsNaN(numbers[row]) && !float.IsFinite((float)numbers[row]))
            {
                throw new InvalidInputException(
                    $"Feature '{column.Name}' of instance {row} is {numbers[row]}; a finite 32-bit number, or NaN for missing, is needed.", column.Name);
            }
        }

        return numbers;
    }

    private static string[] Texts(FeatureColumn column)
    {
        var texts = column.Texts
            ?? (column.Numbers is null ? [] : throw new InvalidInputException($"Feature '{column.Name}' is a text; numbers were given.", column.Name));
        var missing = Array.IndexOf(texts, null);
        return missing < 0
            ? texts
            : throw new InvalidInputException($"Feature '{column.Name}' of instance {missing} is null; the empty text means missing.", column.Name);
    }
}
