namespace Orleans.MLOps.Client.Wire;

/// <summary>A field that cannot be translated; the path grows from the inside out while it travels up.</summary>
internal sealed class WireFieldException(string path, string problem) : Exception(problem)
{
    public string Path { get; } = path;

    public WireFieldException Under(string parent)
    {
        var path = Path.Length == 0 ? parent : Path[0] == '[' ? parent + Path : $"{parent}.{Path}";
        return new(path, Message);
    }

    public InvalidInputException ToInvalidInput(string type) => new($"{type}.{Path} {Message}", Path, this);
}
