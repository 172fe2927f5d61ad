namespace Orleans.MLOps;

/// <summary>Key of a scoring job: <c>scoring/project/name</c>.</summary>
public readonly record struct ScoringJobKey(string Project, string Name)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ScoringJobKey Parse(string key)
    {
        var parts = KeyText.Split(key, "scoring", 3);
        return new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2]));
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">Project or name is empty, too long or has control characters.</exception>
    public override string ToString() => $"scoring/{KeyText.Escape(Project, "project")}/{KeyText.Escape(Name, "name")}";
}
