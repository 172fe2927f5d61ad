using System.Globalization;
using System.Text.Json;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Histograms are files of a run: <c>histograms/TAG/STEP.json</c> with edges and counts.</summary>
internal static class HistogramFiles
{
    /// <summary>The folder of all of them.</summary>
    public const string Root = "histograms";

    private const string Folder = Root + "/";
    private const string Extension = ".json";

    // Twice what the largest histogram takes.
    private const long LongestFile = 1 << 20;

    /// <summary>The tag of the files directly in a folder below <see cref="Root"/>.</summary>
    public static string TagOf(string folder) => folder[Folder.Length..];

    public static string PathOf(string tag, long step) => string.Create(CultureInfo.InvariantCulture, $"{Folder}{tag}/{step}{Extension}");

    /// <summary>The tag and step that a path says; null when it is none of these files'.</summary>
    public static (string Tag, long Step)? Parse(string path)
    {
        var slash = path.LastIndexOf('/');
        if (!path.StartsWith(Folder, StringComparison.Ordinal) || slash <= Folder.Length || !path.EndsWith(Extension, StringComparison.Ordinal))
        {
            return null;
        }

        var tag = path[Folder.Length..slash];
        var isStep = long.TryParse(path.AsSpan(slash + 1)[..^Extension.Length], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var step);

        // One histogram has one path: '07' is not how a step is written.
        return isStep && PathOf(tag, step) == path ? (tag, step) : null;
    }

    public static async Task<ArtifactInfo> WriteAsync(
        IExperimentsClient experiments, string runId, string path, Histogram histogram, CancellationToken cancellationToken)
    {
        using var file = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(histogram, JsonSerializerOptions.Web), writable: false);
        return await experiments.LogArtifactAsync(runId, path, file, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The histogram of a file, or null when it holds something else.</summary>
    public static async Task<Histogram?> ReadAsync(IExperimentsClient experiments, string runId, string path, long length, CancellationToken cancellationToken)
    {
        if (length > LongestFile)
        {
            return null;
        }

        using var file = new MemoryStream((int)length);
        await experiments.DownloadArtifactAsync(runId, path, file, cancellationToken).ConfigureAwait(false);
        try
        {
            var histogram = JsonSerializer.Deserialize<Histogram>(file.GetBuffer().AsSpan(0, (int)file.Length), JsonSerializerOptions.Web);
            histogram?.Check();
            return histogram;
        }
        catch (Exception error) when (error is JsonException or InvalidInputException)
        {
            return null;
        }
    }
}
