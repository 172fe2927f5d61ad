using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving;

/// <summary>Checks the columns that a caller gives and puts them in a layout's order: the same for an endpoint and for a model in the caller's process. Pure.</summary>
internal static class ColumnBinder
{
    /// <exception cref="InvalidInputException">Columns are missing, unknown, given twice, of another type or of different lengths, or hold what no feature can be; the field names the column.</exception>
    public static BoundColumns Bind(FeatureLayout layout, FeatureColumn[] columns, int mostRows = int.MaxValue)
    {
        var rows = CountRows(columns);
        if (rows > mostRows)
        {
            throw new InvalidInputException($"{rows} instances are given; {mostRows} are allowed in one request: send them in several.", "columns");
        }

        var numeric = new double[layout.Numeric.Length][];
        var categorical = new string[layout.Categorical.Length][];
        string[]? keys = null;
        foreach (var column in columns)
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

        return new(rows, numeric, categorical, keys);
    }

    private static int CountRows(FeatureColumn[] columns)
    {
        var rows = -1;
        foreach (var column in columns)
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
