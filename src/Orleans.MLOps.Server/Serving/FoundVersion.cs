namespace Orleans.MLOps.Server.Serving;

/// <summary>A version in a folder of models.</summary>
/// <param name="Model">Its model, the name of its folder.</param>
/// <param name="Version">Its number.</param>
/// <param name="File">Its file.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="WrittenAt">When the file was written.</param>
internal sealed record FoundVersion(string Model, long Version, string File, long Length, DateTime WrittenAt)
{
    public const string Onnx = "model.onnx";
    public const string TorchScript = "model.pt";

    /// <summary>What a TorchScript model takes and gives, beside its file or above its version: its file does not say.</summary>
    public const string Signature = "signature.json";

    /// <summary>Whether the platform can count so far; times in milliseconds, as some name their versions, are beyond it.</summary>
    public bool CanBeServed => Version <= int.MaxValue;

    /// <summary>The versions of a folder, by model and number; what does not look like one is left alone.</summary>
    public static IReadOnlyList<FoundVersion> Scan(string folder) =>
    [
        .. new DirectoryInfo(folder).EnumerateDirectories().Where(model => !model.Name.StartsWith('.')).SelectMany(Scan)
            .OrderBy(found => found.Model, StringComparer.Ordinal).ThenBy(found => found.Version),
    ];

    private static IEnumerable<FoundVersion> Scan(DirectoryInfo model)
    {
        foreach (var version in model.EnumerateDirectories())
        {
            if (long.TryParse(version.Name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0
                && new[] { Onnx, TorchScript }.Select(name => new FileInfo(Path.Combine(version.FullName, name))).FirstOrDefault(file => file.Exists) is { } found)
            {
                yield return new FoundVersion(model.Name, number, found.FullName, found.Length, found.LastWriteTimeUtc);
            }
        }
    }
}
