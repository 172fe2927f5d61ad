namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>What must hold of a manifest by itself, before any other byte of its package is looked at.</summary>
internal static class ManifestRules
{
    private const int DigestLength = 64;

    /// <exception cref="InvalidInputException">A rule is broken; the message says which.</exception>
    public static void Check(ModelPackageManifest manifest)
    {
        _ = new ModelKey(manifest.Project, manifest.Model).ToString();
        Require(manifest.Version >= 1, $"names version {manifest.Version} of model '{manifest.Model}'; versions count from 1.");
        Require(Array.TrueForAll(manifest.Signature, column => column is not null), "holds a null in its signature.");
        Require(Array.TrueForAll(manifest.Outputs, column => column is not null), "holds a null in its outputs.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in manifest.Entries)
        {
            Require(entry is not null, "holds a null in its entries.");
            CheckEntry(entry!, seen);
        }

        foreach (var name in ModelPackageFormat.Required)
        {
            Require(seen.Contains(name), $"names no entry '{name}'; every package has one.");
        }

        var weights = manifest.Find(ModelPackageFormat.Weights)!.Sha256;
        Require(manifest.Digest == weights, $"gives the model the digest '{manifest.Digest}' but '{ModelPackageFormat.Weights}' the digest {weights}; they are the same.");
    }

    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    private static void CheckEntry(ModelPackageEntry entry, HashSet<string> seen)
    {
        Require(
            ModelPackageFormat.Entries.Contains(entry.Name),
            $"names the entry '{entry.Name}'; allowed are {string.Join(", ", ModelPackageFormat.Entries)}.");
        Require(seen.Add(entry.Name), $"names the entry '{entry.Name}' twice.");
        Require(IsDigest(entry.Sha256), $"gives '{entry.Name}' the sha256 '{entry.Sha256}'; {DigestLength} lower-case hex digits are needed.");
        var longest = entry.Name == ModelPackageFormat.Card ? ModelPackageFormat.LongestCard : long.MaxValue;
        Require(entry.Length >= 0 && entry.Length <= longest, $"gives '{entry.Name}' {entry.Length} bytes; 0 to {longest} are allowed.");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw ManifestJson.Wrong(what);
        }
    }
}
