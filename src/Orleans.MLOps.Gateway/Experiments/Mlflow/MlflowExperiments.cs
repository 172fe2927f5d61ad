using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's <c>experiments/*</c>.</summary>
internal sealed class MlflowExperiments(LateClient late)
{
    private const int LargestPage = 50_000;
    private const int UsualPage = 1000;
    private const int MostIds = 20;

    public async Task CreateAsync(HttpContext context, MlflowFields fields)
    {
        var experiment = await late.Client.Experiments.CreateAsync(
            new CreateExperiment
            {
                Name = fields.Required("name"),
                ArtifactLocation = fields.NonEmpty("artifact_location")?.TrimEnd('/'),
                Tags = fields.Tags("tags"),
                MustBeNew = true,
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.WriteString("experiment_id", MlflowIds.Of(experiment.ExperimentId))).ConfigureAwait(false);
    }

    public async Task GetAsync(HttpContext context, MlflowFields fields) =>
        await AnswerAsync(context, await late.Client.Experiments.GetAsync(MlflowIds.Experiment(fields), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task GetByNameAsync(HttpContext context, MlflowFields fields) =>
        await AnswerAsync(context, await late.Client.Experiments.FindAsync(fields.Required("experiment_name"), cancellationToken: context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task SearchAsync(HttpContext context, MlflowFields fields)
    {
        var page = await late.Client.Experiments.SearchExperimentsAsync(
            new ExperimentQuery
            {
                Filter = fields.Text("filter"),
                OrderBy = fields.Texts("order_by"),
                View = MlflowEnums.View.Read(fields, "view_type") ?? LifecycleView.ActiveOnly,
                Limit = fields.Limit(LargestPage, UsualPage),
                PageToken = fields.Text("page_token"),
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.StreamAsync(context, async answer =>
        {
            await answer.ItemsAsync("experiments", page.Experiments, Write).ConfigureAwait(false);
            answer.Writer.Text("next_page_token", page.NextPageToken);
        }).ConfigureAwait(false);
    }

    public async Task UpdateAsync(HttpContext context, MlflowFields fields)
    {
        var command = new UpdateExperiment { ExperimentId = MlflowIds.Experiment(fields), Name = fields.Required("new_name") };
        try
        {
            await late.Client.Experiments.UpdateAsync(command, context.RequestAborted).ConfigureAwait(false);
        }
        catch (FailedPreconditionException deleted)
        {
            throw new MlflowRefusalException(MlflowErrors.InvalidState, $"Cannot rename a non-active experiment. {deleted.Message}", deleted);
        }

        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public Task DeleteAsync(HttpContext context, MlflowFields fields) => SetLifecycleAsync(context, fields, Lifecycle.Deleted);

    public Task RestoreAsync(HttpContext context, MlflowFields fields) => SetLifecycleAsync(context, fields, Lifecycle.Active);

    public async Task SetTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Experiments.UpdateAsync(
            new UpdateExperiment
            {
                ExperimentId = MlflowIds.Experiment(fields),
                SetTags = new() { [fields.Key()] = fields.RequiredEvenEmpty("value") },
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task DeleteTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Experiments.UpdateAsync(
            new UpdateExperiment { ExperimentId = MlflowIds.Experiment(fields), DeleteTags = [fields.Required("key")] }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    /// <summary>The first thousand different datasets of experiments' active runs, for the choice that the web UI offers.</summary>
    public async Task SearchDatasetsAsync(HttpContext context, MlflowFields fields)
    {
        var ids = Array.ConvertAll(fields.Texts("experiment_ids"), MlflowIds.Experiment);
        if (ids.Length is 0 or > MostIds)
        {
            throw new InvalidInputException($"SearchDatasets request must specify 1 to {MostIds} experiment_ids. Received {ids.Length} experiment_ids.", "experiment_ids");
        }

        var datasets = await late.Client.Experiments.SearchDatasetsAsync(new UsedDatasetsQuery { ExperimentIds = ids }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.Items("dataset_summaries", datasets, (item, dataset) =>
        {
            item.WriteString("experiment_id", MlflowIds.Of(dataset.ExperimentId));
            item.WriteString("name", dataset.Name);
            item.WriteString("digest", dataset.Digest);
            item.Text("context", dataset.Context);
        })).ConfigureAwait(false);
    }

    private async Task SetLifecycleAsync(HttpContext context, MlflowFields fields, Lifecycle lifecycle)
    {
        await late.Client.Experiments.SetLifecycleAsync(MlflowIds.Experiment(fields), lifecycle, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, ExperimentInfo experiment) => MlflowResponse.WriteAsync(
        context, writer => writer.Object("experiment", item => Write(item, experiment)));

    private static void Write(Utf8JsonWriter writer, ExperimentInfo experiment)
    {
        writer.WriteString("experiment_id", MlflowIds.Of(experiment.ExperimentId));
        writer.WriteString("name", experiment.Name);
        writer.WriteString("artifact_location", MlflowIds.Location(experiment.ExperimentId, experiment.ArtifactLocation));
        writer.WriteString("lifecycle_stage", MlflowWriter.Stage(experiment.Lifecycle));
        writer.Time("last_update_time", experiment.UpdatedAt);
        writer.Time("creation_time", experiment.CreatedAt);
        writer.Pairs("tags", experiment.Tags);
    }
}
