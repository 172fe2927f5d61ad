using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's <c>logged-models/*</c>.</summary>
internal sealed class MlflowLoggedModels(LateClient late, MlflowLongValues values)
{
    private const int UsualPage = 50;
    private const int LargestPage = 1000;
    private const string TagsFolder = "/tags/";

    public async Task CreateAsync(HttpContext context, MlflowFields fields)
    {
        var (given, tags) = (fields.Pairs("params"), fields.Pairs("tags"));
        var command = new CreateLoggedModel
        {
            ExperimentId = MlflowIds.Experiment(fields),
            Name = fields.NonEmpty("name"),
            ModelType = fields.NonEmpty("model_type"),
            SourceRunId = fields.NonEmpty("source_run_id"),
            Params = MlflowLongValues.Cut(given),
            Tags = MlflowLongValues.Cut(tags),
        };
        var model = await late.Client.Experiments.CreateLoggedModelAsync(command, context.RequestAborted).ConfigureAwait(false);
        values.Warn("param", model.ModelId, given, command.Params);
        values.Warn("tag", model.ModelId, tags, command.Tags);
        await AnswerAsync(context, model).ConfigureAwait(false);
    }

    public async Task GetAsync(HttpContext context, MlflowFields fields)
    {
        var model = await late.Client.Experiments.GetLoggedModelAsync(Id(context), context.RequestAborted).ConfigureAwait(false);
        if (model.Lifecycle == Lifecycle.Deleted && fields.Flag("allow_deleted") is not true)
        {
            throw new NotFoundException($"Logged model with ID '{model.ModelId}' not found.", "model_id");
        }

        await AnswerAsync(context, model).ConfigureAwait(false);
    }

    public async Task FinishAsync(HttpContext context, MlflowFields fields) => await AnswerAsync(context, await UpdateAsync(context, new UpdateLoggedModel
    {
        Status = MlflowEnums.OfModel.Read(fields, "status") ?? throw fields.Missing("status"),
    }).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task DeleteAsync(HttpContext context, MlflowFields fields)
    {
        await UpdateAsync(context, new UpdateLoggedModel { Lifecycle = Lifecycle.Deleted }).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task SetTagsAsync(HttpContext context, MlflowFields fields) =>
        await AnswerAsync(context, await UpdateAsync(context, new UpdateLoggedModel { SetTags = fields.Pairs("tags") }).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task DeleteTagAsync(HttpContext context, MlflowFields fields)
    {
        await UpdateAsync(context, new UpdateLoggedModel { DeleteTags = [TagKey(context)] }).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task LogParamsAsync(HttpContext context, MlflowFields fields)
    {
        await UpdateAsync(context, new UpdateLoggedModel { Params = fields.Pairs("params") }).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task SearchAsync(HttpContext context, MlflowFields fields)
    {
        var experiments = fields.Texts("experiment_ids");
        if (experiments.Length == 0)
        {
            throw fields.Missing("experiment_ids");
        }

        var page = await late.Client.Experiments.SearchLoggedModelsAsync(
            new LoggedModelQuery
            {
                ExperimentIds = Array.ConvertAll(experiments, MlflowIds.Experiment),
                Filter = fields.Text("filter"),
                Datasets = Array.ConvertAll(fields.Items("datasets"), dataset => new DatasetReference
                {
                    Name = dataset.Required("dataset_name"),
                    Digest = dataset.NonEmpty("dataset_digest"),
                }),
                OrderBy = Array.ConvertAll(fields.Items("order_by"), order => new LoggedModelOrder
                {
                    Field = order.Required("field_name"),
                    Descending = order.Flag("ascending") is false,
                    DatasetName = order.NonEmpty("dataset_name"),
                    DatasetDigest = order.NonEmpty("dataset_digest"),
                }),
                Limit = fields.Limit(LargestPage, UsualPage),
                PageToken = fields.Text("page_token"),
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.StreamAsync(context, async answer =>
        {
            await answer.ItemsAsync("models", page.Models, Write).ConfigureAwait(false);
            answer.Writer.Text("next_page_token", page.NextPageToken);
        }).ConfigureAwait(false);
    }

    public async Task ListArtifactsAsync(HttpContext context, MlflowFields fields)
    {
        var model = await late.Client.Experiments.GetLoggedModelAsync(Id(context), context.RequestAborted).ConfigureAwait(false);
        var folder = fields.Text("artifact_directory_path") ?? "";
        await MlflowArtifacts.AnswerAsync(
            context, await late.Client.Experiments.ListArtifactFolderAsync(model.ModelId, folder, context.RequestAborted).ConfigureAwait(false), MlflowIds.Artifacts(model))
            .ConfigureAwait(false);
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["model_id"]!;

    // Routing decodes all but slashes, so that a %2F and a %252F look alike by then.
    private static string TagKey(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        var start = target.IndexOf(TagsFolder, StringComparison.Ordinal);
        return start < 0 ? (string)context.Request.RouteValues["key"]! : Uri.UnescapeDataString(target[(start + TagsFolder.Length)..]);
    }

    private async Task<LoggedModelInfo> UpdateAsync(HttpContext context, UpdateLoggedModel command)
    {
        var stored = command with { Params = MlflowLongValues.Cut(command.Params), SetTags = MlflowLongValues.Cut(command.SetTags) };
        var model = await late.Client.Experiments.UpdateLoggedModelAsync(Id(context), stored, context.RequestAborted).ConfigureAwait(false);
        values.Warn("param", model.ModelId, command.Params, stored.Params);
        values.Warn("tag", model.ModelId, command.SetTags, stored.SetTags);
        return model;
    }

    private static Task AnswerAsync(HttpContext context, LoggedModelInfo model) =>
        MlflowResponse.WriteAsync(context, writer => writer.Object("model", item => Write(item, model)));

    private static void Write(Utf8JsonWriter writer, LoggedModelInfo model)
    {
        writer.Object("info", info =>
        {
            info.WriteString("model_id", model.ModelId);
            info.WriteString("experiment_id", MlflowIds.Of(model.ExperimentId));
            info.WriteString("name", model.Name);
            info.Time("creation_timestamp_ms", model.CreatedAt);
            info.Time("last_updated_timestamp_ms", model.UpdatedAt);
            info.WriteString("artifact_uri", MlflowIds.Artifacts(model));
            info.WriteString("status", MlflowEnums.OfModel.NameOf(model.Status));
            info.Text("model_type", model.ModelType);
            info.Text("source_run_id", model.SourceRunId);
            info.Pairs("tags", model.Tags);
            info.Items("registrations", model.Registrations, (item, registration) =>
            {
                item.WriteString("name", registration.Name);
                item.WriteString("version", registration.Version.ToString(CultureInfo.InvariantCulture));
            });
        });
        writer.Object("data", data =>
        {
            data.Pairs("params", model.Params);
            data.Items("metrics", model.Metrics, (item, metric) =>
            {
                MlflowWriter.Point(item, metric.Point);
                item.WriteString("run_id", metric.RunId);
            });
        });
    }
}
