using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Rows to learn from. The arrays are held, not copied: they must not change while a job runs. Every shard of a job reads the same set.
/// </summary>
public sealed class TrainingSet
{
    /// <summary>Takes encoded rows with their labels.</summary>
    /// <param name="numeric">Raw numbers, row-major [rows, numeric inputs]; all finite.</param>
    /// <param name="categories">Category indices, row-major [rows, categorical inputs]; 0 for an unknown category.</param>
    /// <param name="labels">One target a row, in [0, 1]: 1 for the event, 0 for none.</param>
    /// <param name="weights">One weight a row, finite and at least 0; null weighs every row 1.</param>
    /// <exception cref="ArgumentException">Counts disagree or a value is not allowed; the message names row and value.</exception>
    public TrainingSet(float[] numeric, int[] categories, float[] labels, float[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(numeric);
        ArgumentNullException.ThrowIfNull(categories);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0)
            throw new ArgumentException("The training set has no rows.", nameof(labels));
        Numeric = numeric;
        Categories = categories;
        Labels = labels;
        Weights = weights;
        NumericInputs = WidthOf(numeric.Length, nameof(numeric));
        CategoricalInputs = WidthOf(categories.Length, nameof(categories));
        if (weights is not null && weights.Length != Rows)
            throw new ArgumentException($"{weights.Length} weights were given for {Rows} rows.", nameof(weights));
        RequireAll(labels, 1, label => label is >= 0f and <= 1f, "label", "in [0, 1]");
        RequireAll(numeric, Math.Max(1, NumericInputs), float.IsFinite, "number", "finite");
        if (weights is not null)
            RequireAll(weights, 1, weight => float.IsFinite(weight) && weight >= 0f, "weight", "finite and at least 0");
    }

    /// <summary>Takes rows from an encoder with their labels.</summary>
    /// <param name="rows">Encoded rows.</param>
    /// <param name="labels">One target a row, in [0, 1].</param>
    /// <param name="weights">One weight a row, finite and at least 0; null weighs every row 1.</param>
    /// <exception cref="ArgumentException">Counts disagree or a value is not allowed; the message names row and value.</exception>
    public TrainingSet(EncodedRows rows, float[] labels, float[]? weights = null)
        : this((rows ?? throw new ArgumentNullException(nameof(rows))).Numeric, rows.Categories, labels, weights)
    {
    }

    /// <summary>Number of rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>Numbers a row.</summary>
    public int NumericInputs { get; }

    /// <summary>Categories a row.</summary>
    public int CategoricalInputs { get; }

    internal float[] Numeric { get; }

    internal int[] Categories { get; }

    internal float[] Labels { get; }

    internal float[]? Weights { get; }

    /// <summary>Checks that a network can read the rows.</summary>
    /// <param name="spec">The network.</param>
    /// <exception cref="ArgumentException">The number of inputs differs, or a category index lies outside its vocabulary.</exception>
    public void RequireFit(TabularNetworkSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (NumericInputs != spec.Numeric.Count || CategoricalInputs != spec.Categorical.Count)
            throw new ArgumentException(
                $"The rows have {NumericInputs} numbers and {CategoricalInputs} categories; " +
                $"the network reads {spec.Numeric.Count} and {spec.Categorical.Count}.");
        var limits = spec.Categorical.Select(input => input.Vocabulary.Count).ToArray();
        for (var i = 0; i < Categories.Length; i++)
        {
            var input = i % CategoricalInputs;
            if ((uint)Categories[i] > (uint)limits[input])
                throw new ArgumentException(
                    $"Row {i / CategoricalInputs}: category index {Categories[i]} of '{spec.Categorical[input].Name}' is not in [0, {limits[input]}].");
        }
    }

    private static void RequireAll(float[] values, int width, Func<float, bool> allowed, string what, string rule)
    {
        var bad = Array.FindIndex(values, value => !allowed(value));
        if (bad >= 0)
            throw new ArgumentException($"Row {bad / width}, {what} {bad % width} is {values[bad]}; it must be {rule}.");
    }

    private int WidthOf(int values, string name) => values % Rows == 0
        ? values / Rows
        : throw new ArgumentException($"'{name}' has {values} values, which {Rows} rows do not divide.", name);
}
