namespace Orleans.MLOps;

/// <summary>Key of a training job: <c>job/32 hex digits</c>.</summary>
public readonly record struct JobKey(string Id)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static JobKey Parse(string key) => new(KeyText.Hex32(KeyText.Split(key, "job", 2)[1], "job id"));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The id is not 32 lower-case hex digits.</exception>
    public override string ToString() => $"job/{KeyText.Hex32(Id, "job id")}";
}
