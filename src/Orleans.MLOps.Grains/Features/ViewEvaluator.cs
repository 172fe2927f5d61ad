using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Features;

/// <summary>Runs a view's SQL over a dataset version, off the grains' turns.</summary>
internal sealed class ViewEvaluator(AnalyticsEngine analytics, IBlobStore blobs)
{
    /// <summary>Checks a definition against the columns and the data of a dataset version.</summary>
    public async Task CheckAsync(FeatureViewDefinition definition, DatasetVersionInfo source, CancellationToken cancellationToken)
    {
        var sources = Sources(source);
        ViewRules.Check(definition, await analytics.DescribeAsync(definition.Sql, sources, cancellationToken));
        await analytics.QueryAsync(WindowSql.Audit(definition), sources, row => ViewAudit.Check(definition, row), cancellationToken);
    }

    /// <summary>Evaluates features and windows into a frame blob.</summary>
    public async Task<(BlobRef Data, long Rows)> EvaluateAsync(
        FeatureViewDefinition definition, DatasetVersionInfo source, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        await CheckAsync(definition, source, cancellationToken);
        var path = Path.Combine(Path.GetTempPath(), $"mlops-frame-{Guid.NewGuid():n}.parquet");
        try
        {
            var sql = WindowSql.Frame(definition, Microseconds(from), Microseconds(to));
            var rows = await analytics.WriteParquetAsync(sql, Sources(source), path, cancellationToken);
            await using var stream = File.OpenRead(path);
            return (await blobs.CommitAsync(await blobs.StageAsync(stream, cancellationToken), cancellationToken), rows);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private AnalyticsSource[] Sources(DatasetVersionInfo source) => [AnalyticsSource.Of(blobs.GetLocalPath(source.Data.Digest))];

    private static long? Microseconds(DateTimeOffset? time) => time is { } given ? TableValue.ToMicroseconds(given) : null;
}
