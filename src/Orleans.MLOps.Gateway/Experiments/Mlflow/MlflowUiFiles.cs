using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orleans.MLOps.Gateway.Models.Mlflow;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The paths by which MLflow's web UI fetches and sends single files; the query names them.</summary>
internal sealed class MlflowUiFiles(LateClient late, MlflowModelVersions versions)
{
    private const int LargestUpload = 10 * 1024 * 1024;

    private static readonly string[] Forms = ["application/x-www-form-urlencoded", "multipart/form-data"];

    public Task GetOfRunAsync(HttpContext context, MlflowFields fields) =>
        MlflowFile.SendAsync(context, late.Client, Run(fields), MlflowArtifactPath.Plain(fields.Required("path")));

    public async Task GetOfVersionAsync(HttpContext context, MlflowFields fields)
    {
        var path = MlflowArtifactPath.Plain(fields.Required("path"));
        var files = await versions.FilesAsync(context, fields).ConfigureAwait(false);
        await MlflowFile.SendAsync(context, late.Client, files.Owner, files.Path.Length > 0 ? $"{files.Path}/{path}" : path).ConfigureAwait(false);
    }

    public Task GetOfLoggedModelAsync(HttpContext context, MlflowFields fields)
    {
        var id = (string)context.Request.RouteValues["model_id"]!;
        _ = new LoggedModelKey(id).ToString();
        return MlflowFile.SendAsync(context, late.Client, id, MlflowArtifactPath.Plain(fields.Required("artifact_file_path")));
    }

    public async Task UploadAsync(HttpContext context)
    {
        var request = context.Request;
        var fields = new MlflowFields(request.Query);
        var (run, path) = (Run(fields), MlflowArtifactPath.Plain(fields.Required("path")));
        RefuseForms(request);
        if (request.ContentLength > LargestUpload)
        {
            throw new InvalidInputException("Artifact size is too large. Max size is 10MB.", "body");
        }

        if (request.ContentLength is 0 || (request.ContentLength is null && request.Headers.TransferEncoding.Count == 0))
        {
            throw new InvalidInputException("Request must specify data.", "body");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = LargestUpload;
        }

        await late.Client.Experiments.LogArtifactAsync(run, path, request.Body, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    private static string Run(MlflowFields fields)
    {
        var run = MlflowIds.Run(fields);
        _ = new RunKey(run).ToString();
        return run;
    }

    private static void RefuseForms(HttpRequest request)
    {
        if (request.ContentType is { } type && Array.Exists(Forms, form => type.StartsWith(form, StringComparison.OrdinalIgnoreCase)))
        {
            throw new InvalidInputException("Request must specify data: the body is the file itself, not a form.", "content-type");
        }
    }
}
