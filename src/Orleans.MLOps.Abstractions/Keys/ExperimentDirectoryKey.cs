namespace Orleans.MLOps;

/// <summary>Key of a directory of experiments: <c>experiments/project/name</c>.</summary>
public readonly record struct ExperimentDirectoryKey(string Project, string Name)
{
    private const int LongestName = 500;

    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ExperimentDirectoryKey Parse(string key)
    {
        var parts = KeyText.Split(key, "experiments", 3);
        return new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2]));
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">Project or name is empty, too long or has control characters.</exception>
    public override string ToString() => $"experiments/{KeyText.Escape(Project, "project")}/{KeyText.Escape(Name, "name", LongestName)}";
}
