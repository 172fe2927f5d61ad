using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Makes and checks splits of a version's rows, streaming.</summary>
internal sealed class DatasetSplits(WorkFolders folders, IBlobStore blobs, PlatformClock clock)
{
    private AnalyticsEngine Engine => folders.Engine;

    /// <exception cref="InvalidInputException">A row has no time, or a side would be empty.</exception>
    public async Task<SplitInfo> CreateAsync(DatasetVersionInfo version, CreateSplit command, CancellationToken cancellationToken)
    {
        var spec = command.Spec;
        var source = Source(version);
        var boundary = spec.Kind == SplitKind.Time ? await FindBoundaryAsync(version, command, source, cancellationToken).ConfigureAwait(false) : null;
        using var work = folders.Create();
        var (trainPath, testPath) = (work.File("train"), work.File("test"));
        string trainDigest, testDigest;
        long trainRows, testRows;
        using (var train = new OrdinalWriter(File.Create(trainPath)))
        using (var test = new OrdinalWriter(File.Create(testPath)))
        {
            await Engine.QueryAsync(SplitSql.Rows(spec), source, row => (IsTrain(row, spec, boundary) ? train : test).Add(row.GetInt64(0)), cancellationToken).ConfigureAwait(false);
            (trainDigest, testDigest, trainRows, testRows) = (train.Complete(), test.Complete(), train.Count, test.Count);
        }

        if (trainRows == 0 || testRows == 0)
        {
            throw new InvalidInputException($"Split '{command.Name}' puts {trainRows} of {version.RowCount} rows on the training side and {testRows} on the test side; both need rows.", "train_fraction");
        }

        return new SplitInfo
        {
            Name = command.Name,
            Spec = spec,
            TrainRows = trainRows,
            TestRows = testRows,
            TrainDigest = trainDigest,
            TestDigest = testDigest,
            Train = await StoreAsync(trainPath, cancellationToken).ConfigureAwait(false),
            Test = await StoreAsync(testPath, cancellationToken).ConfigureAwait(false),
            Boundary = boundary is { } instant ? DateTimeOffset.UnixEpoch.AddMicroseconds(instant) : null,
            CreatedAt = clock.WallNow,
        };
    }

    /// <summary>Checks the version's bytes against their name, derives both sides again from them and compares with what is stored.</summary>
    /// <exception cref="DataLossException">The version's own bytes are damaged.</exception>
    public async Task<SplitVerification> VerifyAsync(DatasetVersionInfo version, SplitInfo split, CancellationToken cancellationToken)
    {
        await blobs.VerifyAsync(version.Data.Digest, cancellationToken).ConfigureAwait(false);
        var ordinals = version.RowCount + version.QuarantinedRows;
        var train = await SplitSide.ReadAsync(blobs, "training", split.Train, split.TrainDigest, ordinals, cancellationToken).ConfigureAwait(false);
        var test = await SplitSide.ReadAsync(blobs, "test", split.Test, split.TestDigest, ordinals, cancellationToken).ConfigureAwait(false);
        var source = Source(version);
        var boundary = split.Spec.Kind == SplitKind.Time
            ? await FindBoundaryAsync(version, new CreateSplit { Name = split.Name, Spec = split.Spec }, source, cancellationToken).ConfigureAwait(false)
            : null;
        using var audit = new SplitAudit(train, test);
        await Engine.QueryAsync(
            SplitSql.RowsWithContent(split.Spec, version.Columns),
            source,
            row => audit.Add(row.GetInt64(0), IsTrain(row, split.Spec, boundary), row.GetInt64(1), row.GetInt64(2)),
            cancellationToken).ConfigureAwait(false);
        return audit.Conclude(split);
    }

    private static bool IsTrain(System.Data.Common.DbDataReader row, SplitSpec spec, long? boundary) =>
        boundary is { } instant ? row.GetInt64(1) < instant : SplitRules.IsTrain(spec.Seed, row.GetInt64(0), spec.TrainFraction);

    private AnalyticsSource[] Source(DatasetVersionInfo version) => [AnalyticsSource.Of(blobs.GetOwnPath(version.Data.Digest, $"version {version.Digest} of dataset '{version.Name}'"))];

    private async Task<long?> FindBoundaryAsync(DatasetVersionInfo version, CreateSplit command, AnalyticsSource[] source, CancellationToken cancellationToken)
    {
        var boundary = new TimeBoundary(version.RowCount, command.Spec.TrainFraction);
        var untimed = 0L;
        await Engine.QueryAsync(
            SplitSql.Instants(command.Spec.TimeColumn!),
            source,
            row =>
            {
                if (row.IsDBNull(0))
                {
                    untimed = row.GetInt64(1);
                }
                else
                {
                    boundary.Add(row.GetInt64(0), row.GetInt64(1));
                }
            },
            cancellationToken).ConfigureAwait(false);
        if (untimed > 0)
        {
            throw new InvalidInputException($"Split '{command.Name}': {untimed} of {version.RowCount} rows have no finite time in column '{command.Spec.TimeColumn}'; every row needs one.", "time_column");
        }

        var instant = boundary.Instant ?? throw new InvalidInputException(
            $"Split '{command.Name}': all {version.RowCount} rows have the same time in column '{command.Spec.TimeColumn}', so no boundary parts them.", "time_column");
        return SplitSql.IsCalendar(instant)
            ? instant
            : throw new InvalidInputException($"Split '{command.Name}': the boundary in column '{command.Spec.TimeColumn}' lies outside the years 1 to 9999.", "time_column");
    }

    private async Task<BlobRef> StoreAsync(string path, CancellationToken cancellationToken)
    {
        var stream = File.OpenRead(path);
        await using var owned = stream.ConfigureAwait(false);
        var staged = await blobs.StageAsync(stream, cancellationToken).ConfigureAwait(false);
        return await blobs.CommitAsync(staged, CancellationToken.None).ConfigureAwait(false);
    }
}
