using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>Pages a run into an event file.</summary>
internal sealed class TensorBoardExporter(IExperimentsClient experiments)
{
    private const int PagePoints = 10_000;

    public async Task<TensorBoardExport> ExportAsync(string runId, Stream destination, CancellationToken cancellationToken)
    {
        var run = await experiments.GetRunAsync(runId, cancellationToken).ConfigureAwait(false);
        var writer = new EventFileWriter(destination);
        string[] metrics = [.. run.Metrics.Select(point => point.Key).Order(StringComparer.Ordinal)];
        await writer.StartAsync(run, metrics, cancellationToken).ConfigureAwait(false);
        var points = 0L;
        foreach (var metric in metrics)
        {
            points += await WriteMetricAsync(writer, runId, metric, cancellationToken).ConfigureAwait(false);
        }

        var (histograms, ignored) = await WriteHistogramsAsync(writer, runId, cancellationToken).ConfigureAwait(false);
        await writer.EndAsync(run, cancellationToken).ConfigureAwait(false);
        return new() { FileName = NameOf(run), Params = run.Params.Count, Points = points, Histograms = histograms, Ignored = ignored };
    }

    private static string NameOf(RunInfo run)
    {
        var host = new string([.. (run.Host ?? run.RunId).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_')]);
        return $"events.out.tfevents.{Math.Max(0, run.StartedAt.ToUnixTimeSeconds()):D10}.{host}";
    }

    private async Task<long> WriteMetricAsync(EventFileWriter writer, string runId, string metric, CancellationToken cancellationToken)
    {
        // By time: that is the order of the index of points, so a page costs its points, whatever stands before it.
        var query = new MetricHistoryQuery { RunId = runId, Key = metric, Limit = PagePoints, ByTime = true };
        for (var written = 0L; ;)
        {
            var page = await experiments.GetMetricHistoryAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var point in page.Points)
            {
                await writer.WriteAsync(point, cancellationToken).ConfigureAwait(false);
            }

            written += page.Points.Length;
            if (page.NextPageToken is null)
            {
                return written;
            }

            query = query with { PageToken = page.NextPageToken };
        }
    }

    private async Task<(long Written, long Ignored)> WriteHistogramsAsync(EventFileWriter writer, string runId, CancellationToken cancellationToken)
    {
        var artifacts = await experiments.ListArtifactsAsync(runId, cancellationToken).ConfigureAwait(false);
        var files = artifacts.Where(artifact => HistogramFiles.IsBelow(artifact.Path)).Select(artifact => (Artifact: artifact, Name: HistogramFiles.Parse(artifact.Path)));
        var (written, ignored) = (0L, 0L);
        foreach (var (artifact, name) in files.OrderBy(file => file.Name?.Tag, StringComparer.Ordinal).ThenBy(file => file.Name?.Step))
        {
            if (name is { } known
                && await HistogramFiles.ReadAsync(experiments, runId, artifact, cancellationToken).ConfigureAwait(false) is { } histogram)
            {
                await writer.WriteAsync(known.Tag, known.Step, artifact.CreatedAt, histogram, cancellationToken).ConfigureAwait(false);
                written++;
            }
            else
            {
                ignored++;
            }
        }

        return (written, ignored);
    }
}
