using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Models.Mlflow;

/// <summary>MLflow's <c>model-versions/*</c>.</summary>
internal sealed class MlflowModelVersions(LateClient late)
{
    /// <summary>The scheme of files of a run.</summary>
    public const string RunScheme = "runs:/";

    private const string ModelScheme = "models:/";
    private const int LargestAsked = 200_000;
    private const int LargestPage = 1000;

    public async Task CreateAsync(HttpContext context, MlflowFields fields)
    {
        var model = fields.NonEmpty("model_id");
        var run = fields.NonEmpty("run_id");
        if (model is not null && run is null)
        {
            run = (await late.Client.Experiments.GetLoggedModelAsync(model, context.RequestAborted).ConfigureAwait(false)).SourceRunId;
        }

        await AnswerAsync(context, await late.Client.Models.RegisterAsync(
            new RegisterModelVersion
            {
                Model = fields.Required("name"),
                Source = fields.Source(),
                RunId = run,
                RunLink = fields.NonEmpty("run_link"),
                LoggedModelId = model,
                Description = fields.Text("description"),
                Tags = fields.Pairs("tags"),
                User = CallerName.Of(context, null),
                ModelMustExist = true,
                OperationId = $"mlflow/{Guid.NewGuid():N}",
            },
            context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    public async Task GetAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await FindAsync(context, fields).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task UpdateAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await late.Client.Models.UpdateVersionAsync(
        new UpdateModelVersion { Model = fields.Required("name"), Version = fields.Version(), Description = fields.Text("description") ?? "" },
        context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task DeleteAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.DeleteVersionAsync(fields.Required("name"), fields.Version(), cancellationToken: context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task SearchAsync(HttpContext context, MlflowFields fields)
    {
        // Clients ask for as many as the stock server allows; they get them in pages.
        var page = await late.Client.Models.SearchVersionsAsync(
            new ModelVersionQuery
            {
                Filter = fields.Text("filter"),
                OrderBy = fields.Texts("order_by"),
                Limit = Math.Min(fields.Limit(LargestAsked, LargestPage), LargestPage),
                PageToken = fields.Text("page_token"),
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer =>
        {
            writer.Items("model_versions", page.Versions, MlflowRegistryWriter.Write);
            writer.Text("next_page_token", page.NextPageToken);
        }).ConfigureAwait(false);
    }

    public async Task TransitionAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await late.Client.Models.TransitionStageAsync(
        new TransitionStage
        {
            Model = fields.Required("name"),
            Version = fields.Version(),
            Stage = MlflowRegistryFields.Stage(fields.Required("stage")),
            ArchiveExisting = fields.Flag("archive_existing_versions") is true,
            RequestedBy = CallerName.Of(context, null),
        },
        context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task GetDownloadUriAsync(HttpContext context, MlflowFields fields)
    {
        var version = await FindAsync(context, fields).ConfigureAwait(false);
        var place = await PlaceAsync(version, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.WriteString("artifact_uri", place)).ConfigureAwait(false);
    }

    public async Task SetTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.UpdateVersionAsync(
            new UpdateModelVersion
            {
                Model = fields.Required("name"),
                Version = fields.Version(),
                SetTags = new() { [fields.Required("key")] = fields.Text("value") ?? "" },
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task DeleteTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Models.UpdateVersionAsync(
            new UpdateModelVersion { Model = fields.Required("name"), Version = fields.Version(), DeleteTags = [fields.Required("key")] },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    /// <summary>Whose files a version's are, and the folder among them.</summary>
    /// <exception cref="FailedPreconditionException">The version's files are elsewhere, and this server reads no other place.</exception>
    public async Task<MlflowArtifactPath> FilesAsync(HttpContext context, MlflowFields fields)
    {
        var version = await FindAsync(context, fields).ConfigureAwait(false);
        var source = SourceOf(version);
        if (Owner(source) is var (id, folder))
        {
            return new(id, folder.Trim('/'));
        }

        return source.StartsWith(MlflowIds.Scheme, StringComparison.Ordinal)
            ? MlflowArtifactPath.Parse(MlflowIds.PathOf(source))
            : throw new FailedPreconditionException($"Version {version.Version} of model '{version.Model}' has its files at '{source}', which this server does not read.", "version");
    }

    public static Task AnswerAsync(HttpContext context, ModelVersionInfo version) => MlflowResponse.WriteAsync(
        context, writer => writer.Object("model_version", item => MlflowRegistryWriter.Write(item, version)));

    private Task<ModelVersionInfo> FindAsync(HttpContext context, MlflowFields fields) =>
        late.Client.Models.GetVersionAsync(fields.Required("name"), fields.Version(), cancellationToken: context.RequestAborted);

    /// <summary>Where a client can fetch a version: sources that name a run or a logged model become the place of its files.</summary>
    private async Task<string> PlaceAsync(ModelVersionInfo version, CancellationToken cancellationToken)
    {
        var source = SourceOf(version);
        if (Owner(source) is not var (id, path))
        {
            return source;
        }

        return (id.StartsWith("m-", StringComparison.Ordinal)
            ? MlflowIds.Artifacts(await late.Client.Experiments.GetLoggedModelAsync(id, cancellationToken).ConfigureAwait(false))
            : MlflowIds.Artifacts(await late.Client.Experiments.GetRunAsync(id, cancellationToken).ConfigureAwait(false))) + path;
    }

    private static string SourceOf(ModelVersionInfo version) => MlflowRegistryWriter.Source(version)
        ?? throw new NotFoundException($"Version {version.Version} of model '{version.Model}' has neither a source nor a run with files.", "version");

    /// <summary>The run or logged model that a source names, and what follows; null when it names neither.</summary>
    private static (string Id, string Path)? Owner(string source) =>
        source.StartsWith(RunScheme, StringComparison.Ordinal) ? Split(source[RunScheme.Length..])
        : source.StartsWith($"{ModelScheme}m-", StringComparison.Ordinal) ? Split(source[ModelScheme.Length..])
        : null;

    private static (string Id, string Path) Split(string rest)
    {
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
    }
}
