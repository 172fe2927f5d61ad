using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving.Scoring.Rows;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>Scores partitions and joins them. Bytes go from blob to blob; what a partition gives depends on nothing but its order.</summary>
internal sealed class ScoringWork(ModelCache models, IGrainFactory grains, WorkFolders folders, IBlobStore blobs, ScoringThreads threads)
{
    /// <summary>Scores a partition and stores its rows with the columns that are carried over and their scores.</summary>
    /// <exception cref="InvalidInputException">The model cannot take a value; the message names column and row.</exception>
    public async Task<ScoringPart> ScoreAsync(ScoringPartOrder order, CancellationToken cancellationToken)
    {
        var command = order.Command;
        var source = await VersionAsync(command, cancellationToken);
        var path = blobs.GetOwnPath(source.Data.Digest, $"version {source.Digest} of dataset '{source.Name}'");
        using var lease = await models.LeaseAsync(new ModelVersionKey(command.Project, command.Model!, command.Version!.Value));
        var scorer = RowScorer.Create(lease.Model, source.Columns, command);
        var rows = await SourceRows.ReadAsync(folders.Engine, path, scorer.Inputs, order.From, order.To, cancellationToken);
        var scores = await threads.RunAsync(() => scorer.Score(rows, cancellationToken));

        using var work = folders.Create();
        var file = work.File("part.parquet");

        // The note makes the bytes this attempt's own, so that giving their space back takes nothing from another one.
        var ordinals = ParquetColumn.Integers(ScoredColumns.RowOrdinal, [.. rows.Ordinals.ToArray().Select(ordinal => (long?)ordinal)]);
        var written = await folders.Engine.WriteQueryAsync(
            PartSql(ScoredColumns.Carried(command, source.Columns), scorer.Outputs, order), [AnalyticsSource.Of(path)], [ordinals, .. scores], $"{order.Job}:{order.Generation}:{Guid.NewGuid():N}", file, cancellationToken);
        if (written != rows.Count)
        {
            throw new DataLossException($"Partition {order.Partition} of '{order.Job}' has {rows.Count} rows, of which {written} were written.");
        }

        var staged = await StageAsync(file, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            // The job may have given its parts' space back already.
            await blobs.AbandonAsync(staged, CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new ScoringPart { Blob = await blobs.CommitReleasableAsync(staged, CancellationToken.None), Rows = written };
    }

    /// <summary>Joins all parts in row order; the bytes are stored when it returns, and may be released until they are kept.</summary>
    /// <exception cref="DataLossException">They are not as many rows as were to be scored.</exception>
    public async Task<StagedBlob> JoinAsync(string job, IReadOnlyList<ScoringPart> parts, long rows, CancellationToken cancellationToken)
    {
        var source = new AnalyticsSource { Name = "source", Paths = [.. parts.Select(part => blobs.GetOwnPath(part.Blob.Digest, $"'{job}'"))] };
        using var work = folders.Create();
        var file = work.File("joined.parquet");
        var written = await folders.Engine.WriteParquetAsync($"SELECT * EXCLUDE ({ScoredColumns.RowOrdinal}) FROM source", [source], file, cancellationToken);
        if (written != rows)
        {
            throw new DataLossException($"The parts of '{job}' have {written} rows; {rows} were to be scored.");
        }

        var staged = await StageAsync(file, cancellationToken);
        await blobs.CommitReleasableAsync(staged, CancellationToken.None);
        return staged;
    }

    private Task<DatasetVersionInfo> VersionAsync(ScoreDataset command, CancellationToken cancellationToken) => grains
        .GetGrain<IDatasetVersionGrain>(new DatasetVersionKey(command.Project, command.Dataset, command.DatasetDigest!).ToString()).Get(cancellationToken);

    private static string PartSql(string[] carried, string[] outputs, ScoringPartOrder order)
    {
        string[] columns =
        [
            $"source.{ScoredColumns.RowOrdinal}",
            .. carried.Select(name => $"source.{WindowSql.Quote(name)}"),
            .. outputs.Select(name => $"added.{WindowSql.Quote(name)}"),
        ];
        return $"SELECT {string.Join(", ", columns)} FROM source JOIN added ON source.{ScoredColumns.RowOrdinal} = added.{ScoredColumns.RowOrdinal}"
            + $" WHERE source.{ScoredColumns.RowOrdinal} >= {order.From} AND source.{ScoredColumns.RowOrdinal} < {order.To} ORDER BY source.{ScoredColumns.RowOrdinal}";
    }

    private async Task<StagedBlob> StageAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return await blobs.StageAsync(stream, cancellationToken);
    }
}
