namespace Orleans.MLOps.Learning.Models;

/// <summary>Describes a network's inputs from the columns that it will be trained on.</summary>
public static class InputStatistics
{
    /// <summary>Mean and standard deviation of a numeric column by Welford's method (1962), missing values left out.</summary>
    /// <param name="name">Name of the feature.</param>
    /// <param name="column">Raw values; NaN for missing.</param>
    /// <returns>The input; a column that is constant or has no values gets the scale 1.</returns>
    /// <exception cref="ArgumentException">A value is infinite, or mean or deviation exceed a 32-bit float.</exception>
    public static NumericInput Describe(string name, IReadOnlyList<double> column)
    {
        ArgumentNullException.ThrowIfNull(column);
        var (count, mean, squares) = (0L, 0.0, 0.0);
        for (var row = 0; row < column.Count; row++)
        {
            var value = column[row];
            if (double.IsNaN(value))
                continue;
            if (double.IsInfinity(value))
                throw new ArgumentException($"Row {row} of column '{name}' is {value}; finite values or NaN are needed.", nameof(column));
            count++;
            var distance = value - mean;
            mean += distance / count;
            squares += distance * (value - mean);
        }

        var scale = count > 0 ? (float)Math.Sqrt(squares / count) : 0f;
        if (!float.IsFinite((float)mean) || !float.IsFinite(scale))
            throw new ArgumentException($"Column '{name}' has the mean {mean}; mean and deviation must fit a 32-bit float.", nameof(column));
        return new NumericInput { Name = name, Mean = (float)mean, Scale = scale > 0f ? scale : 1f };
    }

    /// <summary>Vocabulary of a categorical column: the most frequent values, in ordinal order so that it depends on the rows alone.</summary>
    /// <param name="name">Name of the feature.</param>
    /// <param name="column">Raw values; null for missing.</param>
    /// <param name="minimumCount">Values seen less often count as unknown, which trains the vector of unknown values. Default: 1.</param>
    /// <param name="maximumSize">Most values kept. Default: 10,000.</param>
    /// <param name="embeddingSize">Length of a value's vector. Default: null, half the vocabulary rounded up, in [1, 16].</param>
    /// <returns>The input; its vocabulary is empty when no value is frequent enough.</returns>
    public static CategoricalInput Describe(
        string name, IReadOnlyList<string?> column, int minimumCount = 1, int maximumSize = 10_000, int? embeddingSize = null)
    {
        ArgumentNullException.ThrowIfNull(column);
        var vocabulary = column
            .Where(value => value is not null)
            .CountBy(value => value!, StringComparer.Ordinal)
            .Where(pair => pair.Value >= minimumCount)
            .OrderByDescending(pair => pair.Value)
            .ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(maximumSize)
            .Select(pair => pair.Key)
            .Order(StringComparer.Ordinal)
            .ToArray();
        return new CategoricalInput
        {
            Name = name,
            Vocabulary = vocabulary,
            EmbeddingSize = embeddingSize ?? Math.Clamp((vocabulary.Length + 1) / 2, 1, 16),
        };
    }
}
