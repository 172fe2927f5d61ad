using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>
/// Joins the prediction log with the label log as both stood at an instant t: features as they were served, with the
/// answers known before t. The result is a feature frame; frames from before the endpoint existed go in front of it.
/// </summary>
internal sealed class TrainingDataSealer(PredictionLogs predictions, LabelLogs labels, AnalyticsEngine analytics, IBlobStore blobs, StorageOptions options)
{
    public async Task<StagedBlob> SealAsync(
        EndpointKey endpoint, DateTimeOffset at, string[] numeric, string[] categorical, string[] baseFrames, CancellationToken cancellationToken)
    {
        var answers = await ReadAnswersAsync(endpoint, TableValue.ToMicroseconds(at), cancellationToken);
        var frame = new FrameColumns(numeric, categorical);
        await foreach (var (_, batch) in predictions.ReadAsync(endpoint, cancellationToken: cancellationToken))
        {
            frame.Add(batch, answers);
        }

        using var file = new ScratchFile(options);
        await analytics.WriteColumnsAsync(
            frame.ToColumns(), [.. baseFrames.Select(digest => blobs.GetOwnPath(digest, $"the training policy of endpoint '{endpoint.Name}'"))], ["event_time", "row_id"], file.Path, cancellationToken);
        await using var stream = File.OpenRead(file.Path);
        return await blobs.StageAsync(stream, cancellationToken);
    }

    /// <summary>The answer of each prediction as known before an instant, and since when: a corrected answer is known since its correction.</summary>
    private async Task<Dictionary<(uint Recorder, long Sequence, int Row), (byte Value, long KnownSince)>> ReadAnswersAsync(
        EndpointKey endpoint, long before, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<(uint, long, int), (byte, long)>();
        await foreach (var frame in labels.ReadAsync(endpoint, cancellationToken))
        {
            foreach (var row in frame.Rows)
            {
                if (row.ObservedAt < before && (row.Kind is LabelKind.First or LabelKind.Correction))
                {
                    var key = (row.Recorder, row.Sequence, row.Row);
                    answers[key] = (row.Value, row.ObservedAt);
                }
            }
        }

        return answers;
    }
}
