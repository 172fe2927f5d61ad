using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>A file of a run or logged model as an answer: always one to save, never one that a browser shows by its own guess.</summary>
internal static class MlflowFile
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    public static async Task SendAsync(HttpContext context, IMlopsClient client, string owner, string path)
    {
        var file = await client.Experiments.FindArtifactAsync(owner, path, context.RequestAborted).ConfigureAwait(false);
        var response = context.Response;
        response.ContentLength = file.Length;
        response.ContentType = Types.TryGetContentType(file.Path, out var type) ? type : "application/octet-stream";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(file.Path[(file.Path.LastIndexOf('/') + 1)..]);
        response.Headers.ContentDisposition = disposition.ToString();
        response.Headers.XContentTypeOptions = "nosniff";

        // By the digest that the headers speak of: the path may name other bytes by now.
        await client.Datasets.DownloadAsync(file.Digest, response.Body, context.RequestAborted).ConfigureAwait(false);
    }
}
