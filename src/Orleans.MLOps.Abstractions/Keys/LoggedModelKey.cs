namespace Orleans.MLOps;

/// <summary>Key of a logged model: <c>logged-model/m-32 hex digits</c>.</summary>
public readonly record struct LoggedModelKey(string Id)
{
    private const string Prefix = "m-";

    /// <summary>Whether a text is the id of a logged model rather than of a run.</summary>
    public static bool IsId(string? text) => text is { Length: 34 } && text.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static LoggedModelKey Parse(string key) => new(Check(KeyText.Split(key, "logged-model", 2)[1]));

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">The id is not <c>m-</c> and 32 lower-case hex digits.</exception>
    public override string ToString() => $"logged-model/{Check(Id)}";

    internal static string Check(string? id) => IsId(id)
        ? Prefix + KeyText.Hex32(id![Prefix.Length..], "logged model id after 'm-'")
        : throw new InvalidInputException($"logged model id '{id}' is not 'm-' and 32 lower-case hex digits.", "model_id");
}
