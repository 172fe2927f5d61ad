namespace Orleans.MLOps;

/// <summary>Key of a pipeline run: <c>pipeline-run/ULID</c>.</summary>
public readonly record struct PipelineRunKey(string Id)
{
    private const int UlidLength = 26;

    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static PipelineRunKey Parse(string key) => new(Check(KeyText.Split(key, "pipeline-run", 2)[1]));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The id is not a ULID.</exception>
    public override string ToString() => $"pipeline-run/{Check(Id)}";

    private static string Check(string id) => id is { Length: UlidLength } && id.All(char.IsAsciiLetterOrDigit)
        ? id
        : throw new InvalidInputException($"pipeline run id '{id}' is not a ULID of {UlidLength} characters.", "run id");
}
