namespace Orleans.MLOps;

/// <summary>Key of a serving endpoint: <c>endpoint/project/name</c>.</summary>
public readonly record struct EndpointKey(string Project, string Name)
{
    private const string UsualProject = "default";

    /// <summary>The endpoint as metrics and traces of all projects name it: the name alone in the default project, otherwise <c>project/name</c>.</summary>
    public string MetricName => Project == UsualProject ? Name : $"{Project}/{Name}";

    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static EndpointKey Parse(string key)
    {
        var parts = KeyText.Split(key, "endpoint", 3);
        return new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2]));
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">Project or name is empty, too long or has control characters.</exception>
    public override string ToString() => $"endpoint/{KeyText.Escape(Project, "project")}/{KeyText.Escape(Name, "name")}";
}
