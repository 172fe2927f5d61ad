using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's artifact proxy, and its listings of runs' files. Bytes stream both ways.</summary>
internal sealed class MlflowArtifacts(LateClient late)
{
    public async Task PutAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        var path = FilePath(context);
        await late.Client.Experiments.LogArtifactAsync(path.Owner, path.Path, context.Request.Body, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public Task GetAsync(HttpContext context)
    {
        var path = FilePath(context);
        return MlflowFile.SendAsync(context, late.Client, path.Owner, path.Path);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var path = MlflowArtifactPath.Parse(Rest(context));
        var removed = await late.Client.Experiments.DeleteArtifactsAsync(path.Owner, path.Path, context.RequestAborted).ConfigureAwait(false);
        if (removed == 0)
        {
            throw new NotFoundException($"No such artifact: '{path.Path}'.", "path");
        }

        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task ListAsync(HttpContext context, MlflowFields fields)
    {
        var path = MlflowArtifactPath.Parse(fields.Required("path").TrimEnd('/'));
        var folder = await late.Client.Experiments.ListArtifactFolderAsync(path.Owner, path.Path, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.Items("files", Entries(folder), (item, entry) =>
        {
            item.WriteString("path", entry.Path[(entry.Path.LastIndexOf('/') + 1)..]);
            WriteKind(item, entry.Length);
        })).ConfigureAwait(false);
    }

    /// <summary>The files of a run by paths from its root.</summary>
    public async Task ListOfRunAsync(HttpContext context, MlflowFields fields)
    {
        var run = await late.Client.Experiments.GetRunAsync(MlflowIds.Run(fields), context.RequestAborted).ConfigureAwait(false);
        var folder = await late.Client.Experiments.ListArtifactFolderAsync(run.RunId, fields.Text("path") ?? "", context.RequestAborted).ConfigureAwait(false);
        await AnswerAsync(context, folder, MlflowIds.Artifacts(run)).ConfigureAwait(false);
    }

    public static Task AnswerAsync(HttpContext context, ArtifactFolder folder, string root) => MlflowResponse.WriteAsync(context, writer =>
    {
        writer.WriteString("root_uri", root);
        writer.Items("files", Entries(folder), (item, entry) =>
        {
            item.WriteString("path", entry.Path);
            WriteKind(item, entry.Length);
        });
    });

    private static IEnumerable<(string Path, long? Length)> Entries(ArtifactFolder folder) => folder.Folders.Select(path => (path, (long?)null))
        .Concat(folder.Files.Select(file => (file.Path, (long?)file.Length))).OrderBy(entry => entry.Item1, StringComparer.Ordinal);

    private static void WriteKind(System.Text.Json.Utf8JsonWriter writer, long? length)
    {
        writer.WriteBoolean("is_dir", length is null);
        if (length is { } bytes)
        {
            writer.WriteNumber("file_size", bytes);
        }
    }

    // The server tidies dots away before a route sees them; a client that sends some means something else than the file it would get.
    private static string Rest(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var sent = target.Split('?', 2)[0].Split('/');
        return Array.Exists(sent, part => Uri.UnescapeDataString(part) is "." or "..")
            ? throw new InvalidInputException("Invalid path", "path")
            : (string?)context.Request.RouteValues["path"] ?? "";
    }

    private static MlflowArtifactPath FilePath(HttpContext context) => MlflowArtifactPath.Parse(Rest(context)) is { Path.Length: > 0 } path
        ? path
        : throw new InvalidInputException("Invalid path: it names a folder, and a file is needed.", "path");
}
