namespace Orleans.MLOps;

/// <summary>Key of the files of a run or logged model: <c>artifacts/id of either</c>.</summary>
public readonly record struct ArtifactsKey(string Owner)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static ArtifactsKey Parse(string key) => new(Check(KeyText.Split(key, "artifacts", 2)[1]));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The owner is neither a run's id nor a logged model's.</exception>
    public override string ToString() => $"artifacts/{Check(Owner)}";

    private static string Check(string? owner) => LoggedModelKey.IsId(owner) ? LoggedModelKey.Check(owner) : KeyText.Hex32(owner ?? "", "run id");
}
