using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Checks and evaluates views on the analytics engine's threads.</summary>
internal sealed class ViewEvaluator(IBlobStore blobs, AnalyticsEngine engine, StorageOptions options)
{
    /// <summary>A caller who applies a view waits for its check.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromMinutes(1);

    /// <summary>Runs the definition over a dataset version's rows without keeping anything.</summary>
    /// <exception cref="ResourceExhaustedException">It takes too long.</exception>
    /// <exception cref="InvalidInputException">The SQL, a column, a type or a value is wrong; the message names it.</exception>
    /// <exception cref="PermissionDeniedException">The SQL is no SELECT, or reaches outside the table source.</exception>
    public Task CheckAsync(FeatureViewDefinition view, DatasetVersionInfo dataset, CancellationToken cancellationToken) =>
        CheckAsync(view, dataset, engine.ForUsers(LongestCheck < options.AnalyticsTimeout ? LongestCheck : options.AnalyticsTimeout), cancellationToken);

    /// <summary>Evaluates the view and stores the frame; the same inputs give the same bytes.</summary>
    /// <exception cref="InvalidInputException">The view does not fit this dataset version, or no example lies in the range.</exception>
    public async Task<FeatureFrame> EvaluateAsync(FeatureViewInfo info, DatasetVersionInfo dataset, FrameInputs inputs, CancellationToken cancellationToken)
    {
        var view = info.Definition;
        var queries = engine.ForUsers(options.AnalyticsTimeout);
        await CheckAsync(view, dataset, queries, cancellationToken).ConfigureAwait(false);
        using var file = new ScratchFile(options);
        var rows = await queries.WriteParquetAsync(WindowSql.Frame(view, inputs.From, inputs.To), Sources(dataset), file.Path, cancellationToken).ConfigureAwait(false);
        if (rows == 0)
        {
            throw new InvalidInputException($"View {view.Name} has no example in the asked range over {inputs.DatasetVersion}.", "from");
        }

        return new FeatureFrame
        {
            Data = await StoreAsync(file.Path, cancellationToken).ConfigureAwait(false),
            RowCount = rows,
            Numeric = [.. view.Numeric, .. view.Windows.Select(window => window.Name)],
            Categorical = view.Categorical,
            View = new FeatureViewKey(view.Project, view.Name).ToString(),
            ViewVersion = info.Version,
            DatasetVersion = inputs.DatasetVersion,
        };
    }

    private async Task CheckAsync(FeatureViewDefinition view, DatasetVersionInfo dataset, UserQueries queries, CancellationToken cancellationToken)
    {
        var sources = Sources(dataset);
        ViewRules.Check(view, await queries.DescribeAsync(view.Sql, sources, cancellationToken).ConfigureAwait(false));
        await queries.QueryAsync(WindowSql.Audit(view), sources, row => ViewAudit.Check(view, row), cancellationToken).ConfigureAwait(false);
    }

    private async Task<BlobRef> StoreAsync(string path, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(path);
        await using var owned = stream.ConfigureAwait(false);
        return await blobs.CommitAsync(await blobs.StageAsync(stream, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    private AnalyticsSource[] Sources(DatasetVersionInfo dataset) => [AnalyticsSource.Of(blobs.GetOwnPath(dataset.Data.Digest, $"version {dataset.Digest} of dataset '{dataset.Name}'"))];
}
