using System.Collections.Frozen;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Turns raw feature values into the arrays that networks read. The same code serves training and inference, so both see a
/// missing value (the input's mean), an unknown category (index 0) or a missing one (index 0) alike. Thread-safe.
/// </summary>
public sealed class TabularEncoder
{
    private readonly FrozenDictionary<string, int>[] _indices;

    /// <summary>Makes an encoder for one network.</summary>
    /// <param name="spec">The network.</param>
    /// <exception cref="ArgumentException">The specification is not valid.</exception>
    public TabularEncoder(TabularNetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        Spec = spec;
        _indices = [.. spec.Categorical.Select(input => input.Vocabulary
            .Select((category, position) => KeyValuePair.Create(category, position + 1))
            .ToFrozenDictionary(StringComparer.Ordinal))];
    }

    /// <summary>The network that the encoder was made for.</summary>
    public TabularNetworkSpec Spec { get; }

    /// <summary>Encodes one number.</summary>
    /// <param name="input">Position among the numeric inputs.</param>
    /// <param name="value">The raw value; null and NaN are missing values and become the input's mean.</param>
    /// <returns>The value as the network reads it.</returns>
    /// <exception cref="ArgumentException">The value is infinite or beyond the range of a 32-bit float.</exception>
    public float EncodeNumber(int input, double? value)
    {
        if (value is not { } given || double.IsNaN(given))
            return Spec.Numeric[input].Mean;
        var encoded = (float)given;
        return float.IsFinite(encoded)
            ? encoded
            : throw new ArgumentException(
                $"Column '{Spec.Numeric[input].Name}' has the value {given}; a finite 32-bit float, or nothing for a missing value, is needed.");
    }

    /// <summary>Encodes one category.</summary>
    /// <param name="input">Position among the categorical inputs.</param>
    /// <param name="value">The raw category; null and unknown ones become 0.</param>
    /// <returns>The category's index, 1 and up for the vocabulary in order.</returns>
    public int EncodeCategory(int input, string? value) =>
        value is not null && _indices[input].TryGetValue(value, out var index) ? index : 0;

    /// <summary>Encodes one row in place; nothing is allocated.</summary>
    /// <param name="numbers">Raw numbers in the order of the numeric inputs; NaN for missing.</param>
    /// <param name="categories">Raw categories in the order of the categorical inputs; null for missing.</param>
    /// <param name="numeric">Receives as many floats as there are numeric inputs.</param>
    /// <param name="indices">Receives as many indices as there are categorical inputs.</param>
    /// <exception cref="ArgumentException">A count does not fit the network, or a number is infinite.</exception>
    public void EncodeRow(ReadOnlySpan<double> numbers, ReadOnlySpan<string?> categories, Span<float> numeric, Span<long> indices)
    {
        RequireCount("numbers", numbers.Length, Spec.Numeric.Count);
        RequireCount("categories", categories.Length, Spec.Categorical.Count);
        RequireCount("encoded numbers", numeric.Length, Spec.Numeric.Count);
        RequireCount("encoded categories", indices.Length, Spec.Categorical.Count);
        for (var i = 0; i < numbers.Length; i++)
            numeric[i] = EncodeNumber(i, numbers[i]);
        for (var i = 0; i < categories.Length; i++)
            indices[i] = EncodeCategory(i, categories[i]);
    }

    /// <summary>Encodes whole columns, such as a training set's.</summary>
    /// <param name="numbers">One column a numeric input, in order, NaN for missing.</param>
    /// <param name="categories">One column a categorical input, in order, null for missing.</param>
    /// <returns>The rows.</returns>
    /// <exception cref="ArgumentException">A column is missing, too many or of another length, or a number is infinite; the message names column and row.</exception>
    public EncodedRows EncodeColumns(IReadOnlyList<IReadOnlyList<double>> numbers, IReadOnlyList<IReadOnlyList<string?>> categories)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(categories);
        RequireCount("numeric columns", numbers.Count, Spec.Numeric.Count);
        RequireCount("categorical columns", categories.Count, Spec.Categorical.Count);
        var rows = numbers.Count > 0 ? numbers[0].Count : categories[0].Count;
        var numeric = new float[checked(rows * numbers.Count)];
        var indices = new int[checked(rows * categories.Count)];
        for (var input = 0; input < numbers.Count; input++)
        {
            RequireCount($"values in column '{Spec.Numeric[input].Name}'", numbers[input].Count, rows);
            for (var row = 0; row < rows; row++)
                numeric[row * numbers.Count + input] = EncodeNumber(input, row, numbers[input][row]);
        }

        for (var input = 0; input < categories.Count; input++)
        {
            RequireCount($"values in column '{Spec.Categorical[input].Name}'", categories[input].Count, rows);
            for (var row = 0; row < rows; row++)
                indices[row * categories.Count + input] = EncodeCategory(input, categories[input][row]);
        }

        return new EncodedRows(rows, numeric, indices);
    }

    private float EncodeNumber(int input, int row, double value)
    {
        try
        {
            return EncodeNumber(input, value);
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"Row {row}: {error.Message}", error);
        }
    }

    private static void RequireCount(string what, int given, int needed)
    {
        if (given != needed)
            throw new ArgumentException($"{given} {what} were given; {needed} are needed.");
    }
}
