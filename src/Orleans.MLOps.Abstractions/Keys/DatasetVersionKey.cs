namespace Orleans.MLOps;

/// <summary>Key of a dataset version: <c>dataset/project/name@digest</c>.</summary>
public readonly record struct DatasetVersionKey(string Project, string Name, string Digest)
{
    /// <summary>Reads a key.</summary>
    /// <exception cref="InvalidInputException">The text is not such a key.</exception>
    public static DatasetVersionKey Parse(string key)
    {
        var parts = KeyText.Split(key, "dataset", 3);
        var at = parts[2].LastIndexOf('@');
        return at > 0
            ? new(KeyText.Unescape(parts[1]), KeyText.Unescape(parts[2][..at]), CheckDigest(parts[2][(at + 1)..]))
            : throw new InvalidInputException($"'{key}' is not a dataset version key: '@digest' is missing.", "key");
    }

    /// <summary>The key as grains carry it.</summary>
    /// <exception cref="InvalidInputException">A part is not allowed.</exception>
    public override string ToString() => $"{new DatasetKey(Project, Name)}@{CheckDigest(Digest)}";

    private static string CheckDigest(string digest) =>
        digest is { Length: 64 } && digest.All(char.IsAsciiHexDigitLower)
            ? digest
            : throw new InvalidInputException($"digest '{digest}' is not 64 lower-case hex digits.", "digest");
}
