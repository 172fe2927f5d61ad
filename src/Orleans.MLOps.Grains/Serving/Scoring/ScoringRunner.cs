using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>
/// Works one generation of a job off, outside all grain turns: has the partitions scored, joins them, and has the file ingested. Everything that it
/// has reached is in the job's state, so the next generation goes on from there.
/// </summary>
internal sealed partial class ScoringRunner(ScoringOrder order, ScoringServices services) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _ending = new();
    private readonly IScoringJobControl _control = services.Grains.GetGrain<IScoringJobControl>(order.Key.ToString());
    private readonly ILogger _logger = services.Logger;
    private volatile bool _silent;

    /// <summary>Completes when nothing of the generation runs any more; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Launch() => Completion = Task.Run(RunAsync);

    /// <summary>Ends the generation as cancelled.</summary>
    public void Cancel() => _ending.Cancel();

    /// <summary>Ends the generation without a word, for a silo that stops: the job goes on where it stands.</summary>
    public void Stop()
    {
        _silent = true;
        _ending.Cancel();
    }

    /// <summary>Call it when nobody can cancel or stop the generation any more.</summary>
    public void Dispose() => _ending.Dispose();

    /// <summary>The ingest's name: one a job, so that the version is made once whoever asks for it.</summary>
    public static string IngestOf(ScoringJobKey key, string operationId) =>
        $"scoring/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{operationId}")))}";

    private async Task RunAsync()
    {
        try
        {
            if (await OutcomeAsync(_ending.Token) is { } outcome && !_silent)
            {
                await _control.Ended(order.Generation, outcome, CancellationToken.None);
            }
        }
        catch (Exception error)
        {
            // What it needs is away, or the silo stops. Recovery takes the job up again.
            LogInterrupted(order.Key, order.Generation, error);
        }
    }

    /// <summary>How the job ends; null when another generation has taken over. What is away is no end.</summary>
    private async Task<ScoringOutcome?> OutcomeAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await WorkAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return ScoringOutcome.Cancelled;
        }
        catch (Exception error) when (!TransientErrors.IsTransient(error))
        {
            LogFailed(order.Key, error);
            return ScoringOutcome.Failed(error);
        }
    }

    private async Task<ScoringOutcome?> WorkAsync(CancellationToken cancellationToken)
    {
        if (order.Joined is { } known)
        {
            return await IngestAsync(known);
        }

        if (await new PartDealing(order, services, _control).RunAsync(cancellationToken) is not { } parts)
        {
            return null;
        }

        var joined = await services.Work.JoinAsync(order.Key.ToString(), parts, order.Rows, cancellationToken);
        if (await _control.Joined(order.Generation, joined, CancellationToken.None))
        {
            return await IngestAsync(joined);
        }

        await services.Blobs.ReleaseAsync(joined.Digest, services.Clock.WallNow, CancellationToken.None);
        return ScoringOutcome.Cancelled;
    }

    /// <summary>Makes the version, which nothing cancels any more.</summary>
    private async Task<ScoringOutcome> IngestAsync(StagedBlob joined)
    {
        await services.Blobs.KeepAsync(joined.Digest, CancellationToken.None);
        var command = order.Command;
        var dataset = services.Grains.GetGrain<IDatasetGrain>(new DatasetKey(command.Project, command.Target).ToString());
        var ingest = new IngestDataset
        {
            Project = command.Project,
            Name = command.Target,
            Format = DataFormat.Parquet,
            Content = joined,
            Source = $"Scored by {order.Key} with model version digest {order.ModelDigest ?? "none"}",
            Parents =
            [
                new DatasetVersionKey(command.Project, command.Dataset, command.DatasetDigest!).ToString(),
                new ModelVersionKey(command.Project, command.Model!, command.Version!.Value).ToString(),
            ],
        };
        var name = IngestOf(order.Key, command.OperationId);
        var progress = await BeginAsync(dataset, ingest, name);
        while (progress.Status == IngestStatus.Running && !_silent)
        {
            await Task.Delay(LookEvery, services.Clock.WallTime);
            progress = await dataset.GetIngest(name);
        }

        return progress switch
        {
            { Status: IngestStatus.Failed } => ScoringOutcome.Failed(progress.ErrorCode ?? ErrorCode.Unavailable, progress.Error),
            { Version: { } version } when version.RowCount == order.Rows => ScoringOutcome.Completed(version.Digest),
            _ => ScoringOutcome.Failed(ErrorCode.DataLoss, $"The new version has {progress.Version?.RowCount} rows; {order.Rows} were scored."),
        };
    }

    private async Task<IngestProgress> BeginAsync(IDatasetGrain dataset, IngestDataset ingest, string name)
    {
        while (true)
        {
            try
            {
                return await dataset.BeginIngest(ingest, name);
            }
            catch (ResourceExhaustedException error) when (!_silent)
            {
                await _control.Waiting(order.Generation, error.Message, CancellationToken.None);
                await Task.Delay(LookEvery, services.Clock.WallTime);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Job} failed")]
    private partial void LogFailed(ScoringJobKey job, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Generation {Generation} of {Job} was interrupted; the job goes on where it stands")]
    private partial void LogInterrupted(ScoringJobKey job, int generation, Exception error);
}
