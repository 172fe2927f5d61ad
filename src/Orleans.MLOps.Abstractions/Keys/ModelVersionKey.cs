using System.Globalization;

namespace Orleans.MLOps;

/// <summary>Key of a model version: <c>model/project/name/number</c>.</summary>
public readonly record struct ModelVersionKey(string Project, string Model, int Version)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ModelVersionKey Parse(string key)
    {
        var parts = KeyText.Split(key, "model", 4);
        return int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2]), version)
            : throw new InvalidInputException($"'{key}' is not a model version key: its version is not a number.", "key");
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">A part is not allowed.</exception>
    public override string ToString() => Version > 0
        ? $"{new ModelKey(Project, Model)}/{Version}"
        : throw new InvalidInputException($"version {Version} is not a model version: versions count from 1.", "version");
}
