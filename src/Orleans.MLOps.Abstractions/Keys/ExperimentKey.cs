using System.Globalization;

namespace Orleans.MLOps;

/// <summary>Key of an experiment: <c>experiment/number</c>.</summary>
public readonly record struct ExperimentKey(long Id)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ExperimentKey Parse(string key) =>
        long.TryParse(KeyText.Split(key, "experiment", 2)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new(id)
            : throw new InvalidInputException($"'{key}' is not an experiment key: its id is not a number.", "key");

    /// <summary>The key as grains carry it.</summary>
    public override string ToString() => $"experiment/{Id}";
}
