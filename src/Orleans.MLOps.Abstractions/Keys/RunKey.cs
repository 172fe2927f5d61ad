namespace Orleans.MLOps;

/// <summary>Key of a run: <c>run/32 hex digits</c>.</summary>
public readonly record struct RunKey(string Id)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static RunKey Parse(string key) => new(KeyText.Hex32(KeyText.Split(key, "run", 2)[1], "run id"));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The id is not 32 lower-case hex digits.</exception>
    public override string ToString() => $"run/{KeyText.Hex32(Id, "run id")}";
}
