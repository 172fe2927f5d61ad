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
    /// <exception cref="InvalidInputException">The number is negative.</exception>
    public override string ToString() => Id >= 0
        ? $"experiment/{Id}"
        : throw new InvalidInputException($"experiment_id {Id} is negative: 0 or more is allowed.", "experiment_id");
}
