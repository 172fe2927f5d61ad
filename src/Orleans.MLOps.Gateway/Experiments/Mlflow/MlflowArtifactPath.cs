namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>
/// A path under the artifact proxy: anything, then <c>RUN/artifacts</c> or <c>models/MODEL/artifacts</c>, then the file's path. The ids say
/// whose file it is; what stands before them is where the client thinks it is.
/// </summary>
internal readonly record struct MlflowArtifactPath(string Owner, string Path)
{
    private const string Marker = "artifacts";
    private const int RunIdLength = 32;

    /// <exception cref="InvalidInputException">The path leads out of the store, or names no run and no logged model.</exception>
    public static MlflowArtifactPath Parse(string path)
    {
        var parts = Plain(path).Split('/');
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i] == Marker && IsOwner(parts, i - 1))
            {
                return new(parts[i - 1], string.Join('/', parts[(i + 1)..]));
            }
        }

        throw new InvalidInputException(
            "Invalid path: EXPERIMENT/RUN/artifacts/... and EXPERIMENT/models/MODEL/artifacts/... are allowed, as artifact URIs of runs and logged models give them.", "path");
    }

    /// <summary>The path as it was given.</summary>
    /// <exception cref="InvalidInputException">The path leads out of where it starts, or could for somebody.</exception>
    public static string Plain(string path) =>
        // Escapes that were escaped again must not become a way out for a reader that undoes them once more.
        IsPlain(path) && IsPlain(Uri.UnescapeDataString(path)) ? path : throw new InvalidInputException("Invalid path", "path");

    private static bool IsPlain(string path) =>
        path.Length > 0 && !path.Contains('\\', StringComparison.Ordinal) && !path.Any(char.IsControl)
        && !Array.Exists(path.Split('/'), part => part is "" or "." or "..");

    private static bool IsOwner(string[] parts, int i) =>
        LoggedModelKey.IsId(parts[i]) ? i > 0 && parts[i - 1] == "models" : parts[i].Length == RunIdLength && parts[i].All(char.IsAsciiHexDigitLower);
}
