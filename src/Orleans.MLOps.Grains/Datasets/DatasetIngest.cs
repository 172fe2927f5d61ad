using System.Security.Cryptography;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// Turns a staged upload into the blobs of a version: checked strictly, judged by the rules, rewritten as canonical Parquet, profiled.
/// Blobs are committed after everything that could refuse the input, so refused input leaves none.
/// </summary>
internal sealed class DatasetIngest(WorkFolders folders, IBlobStore blobs, PlatformClock clock)
{
    private AnalyticsEngine Engine => folders.Engine;

    /// <summary>Does the work on the caller's thread and the engine's. The upload is abandoned when the input is refused; a repeat finds committed bytes.</summary>
    /// <exception cref="InvalidInputException">The bytes or the rules are wrong.</exception>
    /// <exception cref="UnavailableException">The upload is gone.</exception>
    public async Task<IngestOutcome> RunAsync(IngestDataset command, CancellationToken cancellationToken)
    {
        try
        {
            return await IngestAsync(command, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            await blobs.AbandonAsync(command.Content, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Where the bytes are: still staged, or committed by an attempt before this one.</summary>
    /// <exception cref="UnavailableException">Neither.</exception>
    public string Locate(StagedBlob content)
    {
        try
        {
            return blobs.GetLocalPath(content);
        }
        catch (NotFoundException)
        {
        }

        try
        {
            return blobs.GetLocalPath(content.Digest);
        }
        catch (NotFoundException error)
        {
            throw new UnavailableException($"The upload {content.UploadId} is gone: it was abandoned, or the node stopped before it became durable. Upload the bytes again.", "content", error);
        }
    }

    private async Task<IngestOutcome> IngestAsync(IngestDataset command, CancellationToken cancellationToken)
    {
        var path = Locate(command.Content);
        await RequireDigestAsync(path, command.Content, cancellationToken).ConfigureAwait(false);
        var file = await TabularFile.OpenAsync(Engine, path, new TabularOptions { Format = command.Format }, cancellationToken).ConfigureAwait(false);
        var rules = Expectations.Normalise(command.Expectations);
        Expectations.RequireColumns(rules, file.Columns);
        IngestCommand.RequireColumns(command.Descriptions.Keys, file.Columns);

        using var work = folders.Create();
        var rows = await JudgeAsync(file, rules, work, cancellationToken).ConfigureAwait(false);
        var sketches = await DatasetProfiler.RunAsync(Engine, rows.DataPath, file.Columns, cancellationToken).ConfigureAwait(false);
        var staged = await StageAsync(rows, sketches, cancellationToken).ConfigureAwait(false);

        // From here on the version stands; the raw bytes first, so that a repeat after a crash finds them.
        var raw = await blobs.CommitAsync(command.Content, CancellationToken.None).ConfigureAwait(false);
        var data = await blobs.CommitAsync(staged.Data, CancellationToken.None).ConfigureAwait(false);
        var quarantine = staged.Quarantine is null ? null : await blobs.CommitAsync(staged.Quarantine, CancellationToken.None).ConfigureAwait(false);
        return new IngestOutcome
        {
            Sketches = await blobs.CommitAsync(staged.Sketches, CancellationToken.None).ConfigureAwait(false),
            Version = new DatasetVersionInfo
            {
                Project = command.Project,
                Name = command.Name,
                Digest = VersionDigest.Of(command.Content.Digest, command.Format, command.Expectations),
                Raw = raw,
                Data = data,
                Quarantine = quarantine,
                RowCount = rows.Accepted,
                QuarantinedRows = rows.Rejected,
                Columns = IngestCommand.Describe(file.Columns, command.Descriptions),
                Source = command.Source,
                Parents = command.Parents,
                CreatedAt = clock.WallNow,
            },
        };
    }

    private async Task<JudgedRows> JudgeAsync(TabularFile file, IReadOnlyList<Expectation> rules, WorkFolder work, CancellationToken cancellationToken)
    {
        var canonical = work.File("canonical.parquet");
        var total = await file.WriteParquetAsync(canonical, cancellationToken).ConfigureAwait(false);
        if (rules.Count == 0)
        {
            return new JudgedRows(canonical, total, null, 0);
        }

        var sql = new ExpectationSql(rules, file.Columns);
        AnalyticsSource[] source = [AnalyticsSource.Of(canonical)];
        var rejected = (await Engine.QueryAsync(sql.CountRejected, source, row => row.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];
        if (rejected == 0)
        {
            return new JudgedRows(canonical, total, null, 0);
        }

        if (rejected == total)
        {
            var first = await Engine.QueryAsync(sql.FirstReason, source, row => row.GetString(1), cancellationToken).ConfigureAwait(false);
            throw new InvalidInputException($"The expectations reject all {total} rows; the first because {first[0]}.", "expectations");
        }

        var (data, quarantine) = (work.File("data.parquet"), work.File("quarantine.parquet"));
        await Engine.WriteParquetAsync(sql.Rejected, source, quarantine, cancellationToken).ConfigureAwait(false);
        var accepted = await Engine.WriteParquetAsync(sql.Accepted, source, data, cancellationToken).ConfigureAwait(false);
        return new JudgedRows(data, accepted, quarantine, rejected);
    }

    private async Task<StagedVersion> StageAsync(JudgedRows rows, DatasetSketches sketches, CancellationToken cancellationToken)
    {
        var staged = new List<StagedBlob>();
        try
        {
            var data = await StageFileAsync(rows.DataPath).ConfigureAwait(false);
            var quarantine = rows.QuarantinePath is { } path ? await StageFileAsync(path).ConfigureAwait(false) : null;
            using var content = new MemoryStream(sketches.ToBytes(), writable: false);
            return new StagedVersion(data, quarantine, await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            foreach (var blob in staged)
            {
                await blobs.AbandonAsync(blob, CancellationToken.None).ConfigureAwait(false);
            }

            throw;
        }

        async Task<StagedBlob> StageFileAsync(string path)
        {
            var stream = File.OpenRead(path);
            await using var owned = stream.ConfigureAwait(false);
            staged.Add(await blobs.StageAsync(stream, cancellationToken).ConfigureAwait(false));
            return staged[^1];
        }
    }

    /// <summary>The digest came with the command, and the blob will bear it as its name.</summary>
    private static async Task RequireDigestAsync(string path, StagedBlob content, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
        await using var owned = stream.ConfigureAwait(false);
        var actual = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false));
        if (actual != content.Digest || stream.Length != content.Length)
        {
            throw new InvalidInputException(
                $"The upload {content.UploadId} holds {stream.Length} bytes with SHA-256 {actual}, not {content.Length} bytes with SHA-256 {content.Digest}.", "content");
        }
    }

    private sealed record JudgedRows(string DataPath, long Accepted, string? QuarantinePath, long Rejected);

    private sealed record StagedVersion(StagedBlob Data, StagedBlob? Quarantine, StagedBlob Sketches);
}
