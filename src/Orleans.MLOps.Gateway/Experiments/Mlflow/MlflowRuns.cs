using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's <c>runs/*</c> that concern a run as a whole.</summary>
internal sealed class MlflowRuns(LateClient late, MlflowLongValues values)
{
    private const int LargestPage = 50_000;
    private const int UsualPage = 1000;
    private const string LogModelHistory = "mlflow.log-model.history";

    public async Task CreateAsync(HttpContext context, MlflowFields fields)
    {
        var tags = fields.Tags("tags");
        var name = fields.NonEmpty("run_name");
        if (name is not null && tags.TryGetValue(MlflowRunWriter.NameTag, out var tagged) && tagged != name)
        {
            throw new InvalidInputException(
                $"Both 'run_name' argument and '{MlflowRunWriter.NameTag}' tag are specified, but with different values (run_name='{name}', {MlflowRunWriter.NameTag}='{tagged}').",
                "run_name");
        }

        var stored = MlflowLongValues.Cut(tags);
        var run = await late.Client.Experiments.StartRunAsync(
            new StartRun
            {
                ExperimentId = fields.NonEmpty("experiment_id") is { } id ? MlflowIds.Experiment(id) : 0,
                Name = name ?? tags.GetValueOrDefault(MlflowRunWriter.NameTag) ?? MlflowRunNames.Next(),
                User = fields.NonEmpty("user_id"),
                StartedAt = MlflowTime.Of(fields.Integer("start_time"), "start_time"),
                Tags = stored,
            },
            context.RequestAborted).ConfigureAwait(false);
        values.Warn("tag", run.RunId, tags, stored);
        await AnswerAsync(context, run).ConfigureAwait(false);
    }

    public async Task GetAsync(HttpContext context, MlflowFields fields) =>
        await AnswerAsync(context, await late.Client.Experiments.GetRunAsync(MlflowIds.Run(fields), context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);

    public async Task UpdateAsync(HttpContext context, MlflowFields fields)
    {
        var run = await late.Client.Experiments.UpdateRunAsync(
            MlflowIds.Run(fields),
            new UpdateRun
            {
                Name = fields.NonEmpty("run_name"),
                Status = MlflowEnums.OfRun.Read(fields, "status"),
                EndedAt = MlflowTime.Of(fields.Integer("end_time"), "end_time"),
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteAsync(context, writer => writer.Object("run_info", info => MlflowRunWriter.WriteInfo(info, run))).ConfigureAwait(false);
    }

    public Task DeleteAsync(HttpContext context, MlflowFields fields) => SetLifecycleAsync(context, fields, Lifecycle.Deleted);

    public Task RestoreAsync(HttpContext context, MlflowFields fields) => SetLifecycleAsync(context, fields, Lifecycle.Active);

    public async Task SearchAsync(HttpContext context, MlflowFields fields)
    {
        var ids = fields.Texts("experiment_ids");
        var page = await late.Client.Experiments.SearchAsync(
            new RunQuery
            {
                ExperimentIds = Array.ConvertAll(ids, MlflowIds.Experiment),
                Filter = fields.Text("filter"),
                OrderBy = fields.Texts("order_by"),
                View = MlflowEnums.View.Read(fields, "run_view_type") ?? LifecycleView.ActiveOnly,
                Limit = fields.Limit(LargestPage, UsualPage),
                PageToken = fields.Text("page_token"),
                InfoOnly = fields.Flag("info_only") ?? false,
            },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.StreamAsync(context, async answer =>
        {
            await answer.ItemsAsync("runs", page.Runs, MlflowRunWriter.Write).ConfigureAwait(false);
            answer.Writer.Text("next_page_token", page.NextPageToken);
        }).ConfigureAwait(false);
    }

    public async Task LogInputsAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Experiments.LogInputsAsync(
            MlflowIds.Run(fields),
            new LogInputs { Datasets = Array.ConvertAll(fields.Items("datasets"), Dataset), InputModels = Models(fields) },
            context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public async Task LogOutputsAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Experiments.LogInputsAsync(
            MlflowIds.Run(fields), new LogInputs { OutputModels = Models(fields) }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    /// <summary>What clients of the second release say of a model they logged: one more entry of a list in a tag.</summary>
    public async Task LogModelAsync(HttpContext context, MlflowFields fields)
    {
        var runId = MlflowIds.Run(fields);
        var entry = fields.Required("model_json");
        while (!await TryAppendAsync(runId, entry, context.RequestAborted).ConfigureAwait(false))
        {
            // Each round that fails is one in which another call succeeded.
        }

        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    private async Task<bool> TryAppendAsync(string runId, string entry, CancellationToken cancellationToken)
    {
        var known = (await late.Client.Experiments.GetRunAsync(runId, cancellationToken).ConfigureAwait(false)).Tags.GetValueOrDefault(LogModelHistory);
        var batch = new LogBatch
        {
            Tags = new() { [LogModelHistory] = MlflowModelHistory.Append(known, entry) },
            ExpectedTags = [new ExpectedTag { Key = LogModelHistory, Value = known }],
        };
        try
        {
            await late.Client.Experiments.LogAsync(runId, batch, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (FailedPreconditionException conflict) when (conflict.Field == "expected_tags")
        {
            return false;
        }
    }

    private static RunDataset Dataset(MlflowFields input)
    {
        var dataset = input.RequiredItem("dataset");
        return new RunDataset
        {
            Name = dataset.Required("name"),
            Digest = dataset.Required("digest"),
            SourceType = dataset.Required("source_type"),
            Source = dataset.RequiredEvenEmpty("source"),
            Schema = dataset.Text("schema"),
            Profile = dataset.Text("profile"),
            Tags = input.Pairs("tags"),
        };
    }

    private static RunModel[] Models(MlflowFields fields) =>
        Array.ConvertAll(fields.Items("models"), model => new RunModel { ModelId = model.Required("model_id"), Step = model.Integer("step") ?? 0 });

    private async Task SetLifecycleAsync(HttpContext context, MlflowFields fields, Lifecycle lifecycle)
    {
        await late.Client.Experiments.SetRunLifecycleAsync(MlflowIds.Run(fields), lifecycle, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    private static Task AnswerAsync(HttpContext context, RunInfo run) =>
        MlflowResponse.WriteAsync(context, writer => writer.Object("run", item => MlflowRunWriter.Write(item, run)));
}
