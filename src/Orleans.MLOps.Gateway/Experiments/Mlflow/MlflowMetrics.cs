using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>What MLflow's clients log, and the histories of metrics.</summary>
internal sealed class MlflowMetrics(LateClient late, MlflowLongValues values)
{
    private const int MostMetrics = 1000;
    private const int MostParams = 100;
    private const int MostTags = 100;
    private const int MostEntities = 1000;
    private const int LargestPage = 25_000;
    private const int MostRuns = 100;
    private const int UsualSamples = 2500;

    public Task LogMetricAsync(HttpContext context, MlflowFields fields) =>
        LogAsync(context, MlflowIds.Run(fields), new LogBatch { Metrics = [Point(fields)] });

    public Task LogParamAsync(HttpContext context, MlflowFields fields) => LogAsync(
        context, MlflowIds.Run(fields), new LogBatch { Params = new() { [fields.Key()] = fields.Text("value") ?? "" } });

    public Task SetTagAsync(HttpContext context, MlflowFields fields) => LogAsync(
        context, MlflowIds.Run(fields), new LogBatch { Tags = new() { [fields.Key()] = fields.Text("value") ?? "" } });

    public async Task DeleteTagAsync(HttpContext context, MlflowFields fields)
    {
        await late.Client.Experiments.UpdateRunAsync(
            MlflowIds.Run(fields), new UpdateRun { DeleteTags = [fields.Required("key")] }, context.RequestAborted).ConfigureAwait(false);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }

    public Task LogBatchAsync(HttpContext context, MlflowFields fields)
    {
        var (metrics, given, tags) = (fields.Items("metrics"), fields.Items("params"), fields.Items("tags"));
        Check(metrics.Length, MostMetrics, "metrics");
        Check(given.Length, MostParams, "params");
        Check(tags.Length, MostTags, "tags");
        Check(metrics.Length + given.Length + tags.Length, MostEntities, "metrics, params, and tags");
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var param in given)
        {
            var (key, value) = (param.Key(), param.Text("value") ?? "");
            if (!parameters.TryAdd(key, value) && parameters[key] != value)
            {
                throw new InvalidInputException($"Duplicate parameter keys have been submitted: ['{key}']. Please ensure the request contains only one param value per param key.", "params");
            }
        }

        return LogAsync(context, MlflowIds.Run(fields), new LogBatch { Metrics = Array.ConvertAll(metrics, Point), Params = parameters, Tags = fields.Tags("tags") });
    }

    public async Task GetHistoryAsync(HttpContext context, MlflowFields fields)
    {
        var query = new MetricHistoryQuery
        {
            RunId = MlflowIds.Run(fields),
            Key = fields.Required("metric_key"),
            ByTime = true,
            Limit = fields.Limit(LargestPage, LargestPage),
            PageToken = fields.Text("page_token"),
        };

        // Who names no page size knows of no pages and gets all.
        var history = new MlflowHistory(late.Client.Experiments, query, isWhole: fields.Integer("max_results") is null or 0);
        await MlflowResponse.StreamAsync(context, async answer =>
        {
            await answer.ItemsAsync("metrics", history.PagesAsync(context.RequestAborted), MlflowWriter.Point).ConfigureAwait(false);
            answer.Writer.Text("next_page_token", history.NextPageToken);
        }).ConfigureAwait(false);
    }

    /// <summary>Curves of one metric of several runs, thinned so that their extremes stay.</summary>
    public async Task GetSamplesAsync(HttpContext context, MlflowFields fields)
    {
        var key = fields.Required("metric_key");
        var runs = fields.Texts("run_ids") is { Length: > 0 } named ? named : fields.Texts("run_id");
        if (runs.Length is 0 or > MostRuns)
        {
            throw new InvalidInputException($"GetMetricHistoryBulk request must specify 1 to {MostRuns} run_id query parameters: {runs.Length} were given.", "run_ids");
        }

        var points = (int)Math.Clamp(fields.Integer("max_results") ?? UsualSamples, 4, UsualSamples);
        runs = [.. runs.Distinct(StringComparer.Ordinal)];
        await RequireKnownAsync(runs, context.RequestAborted).ConfigureAwait(false);

        // One curve after the other, so that a hundred of them take no more memory than one.
        var curves = runs.ToAsyncEnumerable().Select(async (run, token) =>
        {
            var samples = await late.Client.Experiments.GetMetricSamplesAsync(
                new MetricSamplesQuery { RunId = run, Key = key, Points = points, FromStep = fields.Integer("start_step"), ToStep = fields.Integer("end_step") },
                token).ConfigureAwait(false);
            return samples.Points.Select(point => (Run: run, Point: point));
        });
        await MlflowResponse.StreamAsync(context, answer => answer.ItemsAsync("metrics", curves, WriteSample)).ConfigureAwait(false);
    }

    // Once a curve is sent, a run that is not there could no longer be answered with its error.
    private async Task RequireKnownAsync(string[] runs, CancellationToken cancellationToken)
    {
        var query = new RunQuery
        {
            Filter = $"run_id IN ({string.Join(", ", runs.Select(FilterText.Value))})",
            View = LifecycleView.All,
            InfoOnly = true,
            Limit = runs.Length,
        };
        var found = await late.Client.Experiments.SearchAsync(query, cancellationToken).ConfigureAwait(false);
        foreach (var run in runs.Except(found.Runs.Select(run => run.RunId), StringComparer.Ordinal))
        {
            await late.Client.Experiments.GetRunAsync(run, cancellationToken).ConfigureAwait(false);
        }
    }

    private static void WriteSample(Utf8JsonWriter writer, (string Run, MetricPoint Point) sample)
    {
        MlflowWriter.Point(writer, sample.Point);
        writer.WriteString("run_id", sample.Run);
    }

    private static MetricPoint Point(MlflowFields fields) => new()
    {
        Key = fields.Key(),
        Value = fields.RequiredNumber("value"),
        Timestamp = MlflowTime.Of(fields.RequiredInteger("timestamp"), "timestamp"),
        Step = fields.Integer("step") ?? 0,
        ModelId = fields.NonEmpty("model_id"),
        DatasetName = fields.NonEmpty("dataset_name"),
        DatasetDigest = fields.NonEmpty("dataset_digest"),
    };

    private static void Check(int count, int most, string what)
    {
        if (count > most)
        {
            throw new InvalidInputException($"A batch logging request can contain at most {most} {what}. Got {count} {what}. Please split up {what} across multiple requests and try again.", what);
        }
    }

    private async Task LogAsync(HttpContext context, string runId, LogBatch batch)
    {
        var stored = batch with { Params = MlflowLongValues.Cut(batch.Params), Tags = MlflowLongValues.Cut(batch.Tags) };
        await late.Client.Experiments.LogAsync(runId, stored, context.RequestAborted).ConfigureAwait(false);
        values.Warn("param", runId, batch.Params, stored.Params);
        values.Warn("tag", runId, batch.Tags, stored.Tags);
        await MlflowResponse.WriteEmptyAsync(context).ConfigureAwait(false);
    }
}
