namespace Orleans.MLOps;

/// <summary>Key of a feature view: <c>view/project/name</c>.</summary>
public readonly record struct FeatureViewKey(string Project, string Name)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static FeatureViewKey Parse(string key)
    {
        var parts = KeyText.Split(key, "view", 3);
        return new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2]));
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">Project or name is empty, too long or has control characters.</exception>
    public override string ToString() => $"view/{KeyText.Escape(Project, "project")}/{KeyText.Escape(Name, "name")}";
}
