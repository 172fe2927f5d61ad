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

        var (histograms, ignored) = await WriteHistogramsAsync(writer, runId, HistogramFiles.Root, cancellationToken).ConfigureAwait(false);
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

    // What stands directly in a folder has one tag, whose steps are written in their order: of them more than a page is held, but no more
    // than a few numbers each.
    private async Task<(long Written, long Ignored)> WriteHistogramsAsync(EventFileWriter writer, string runId, string folder, CancellationToken cancellationToken)
    {
        var (written, ignored) = (0L, 0L);
        var steps = new List<(long Step, long Length, DateTimeOffset CreatedAt)>();
        var query = new ArtifactQuery { Owner = runId, Folder = folder };
        do
        {
            var page = await experiments.ListArtifactPageAsync(query, cancellationToken).ConfigureAwait(false);
            foreach (var file in page.Files)
            {
                if (HistogramFiles.Parse(file.Path) is { } name)
                {
                    steps.Add((name.Step, file.Length, file.CreatedAt));
                }
                else
                {
                    ignored++;
                }
            }

            foreach (var below in page.Folders)
            {
                var (more, others) = await WriteHistogramsAsync(writer, runId, below, cancellationToken).ConfigureAwait(false);
                (written, ignored) = (written + more, ignored + others);
            }

            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken is not null);

        foreach (var (step, length, createdAt) in steps.OrderBy(one => one.Step))
        {
            var tag = HistogramFiles.TagOf(folder);
            if (await HistogramFiles.ReadAsync(experiments, runId, HistogramFiles.PathOf(tag, step), length, cancellationToken).ConfigureAwait(false) is { } histogram)
            {
                await writer.WriteAsync(tag, step, createdAt, histogram, cancellationToken).ConfigureAwait(false);
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
