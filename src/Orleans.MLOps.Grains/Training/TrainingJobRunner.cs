using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training.Exchange;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Works one generation of a job off, outside all grain turns: takes threads on silos, starts a part on each, watches them, and pushes to
/// the job's grain how it goes. The work itself is the parts'.
/// </summary>
internal sealed partial class TrainingJobRunner(JobOrder order, TrainingServices services) : IDisposable
{
    /// <summary>A job that was interrupted so often fails with the reason: what it needs does not come back.</summary>
    private const int MostGenerations = 100;

    private static readonly TimeSpan PauseAfterInterruption = TimeSpan.FromSeconds(2);

    /// <summary>A silo that does not answer for so long is given up; a watch itself answers within two seconds.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly ITrainingJobControl _control = services.Grains.GetGrain<ITrainingJobControl>(new JobKey(order.JobId).ToString());
    private readonly ILogger _logger = services.Logger;
    private volatile bool _silent;

    /// <summary>Completes when nothing of the generation runs any more; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Launch() => Completion = Task.Run(RunAsync);

    /// <summary>Ends the generation as cancelled.</summary>
    public void Cancel() => _ending.Cancel();

    /// <summary>Ends the generation without a word, for a silo that stops: the job goes on from its checkpoint.</summary>
    public void Stop()
    {
        _silent = true;
        _ending.Cancel();
    }

    /// <summary>Call it when nobody can cancel or stop the generation any more.</summary>
    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        PartOutcome outcome;
        try
        {
            outcome = await WorkAsync(_ending.Token);
        }
        catch (Exception error)
        {
            outcome = new PartOutcome { End = TransientErrors.IsTransient(error) ? PartEnd.Interrupted : PartEnd.Failed, Reason = error.Message };
        }

        if (_silent)
        {
            return;
        }

        if (_ending.IsCancellationRequested && outcome.End != PartEnd.Completed)
        {
            await EndAsync(new JobOutcome { Status = TrainingStatus.Cancelled, Reason = "It was cancelled." });
        }
        else if (outcome.End == PartEnd.Completed)
        {
            await EndAsync(outcome.Job!);
        }
        else if (outcome.End != PartEnd.Failed && order.Generation < MostGenerations)
        {
            await InterruptAsync(outcome.Reason);
        }
        else
        {
            LogFailed(order.JobId, order.Generation, outcome.Reason);
            await EndAsync(new JobOutcome { Status = TrainingStatus.Failed, Reason = outcome.Reason });
        }
    }

    private async Task InterruptAsync(string? reason)
    {
        LogInterrupted(order.JobId, order.Generation, reason);
        await Task.Delay(PauseAfterInterruption, services.Clock.WallTime, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_silent)
        {
            // Also when another generation is said to have taken over: if it has, nothing changes, and otherwise the job would stand still.
            await ReportAsync(() => _control.Interrupted(order.Generation));
        }
    }

    private Task EndAsync(JobOutcome outcome) => ReportAsync(() => _control.Ended(order.Generation, outcome));

    private async Task ReportAsync(Func<Task> report)
    {
        try
        {
            await report();
        }
        catch (Exception error)
        {
            // The job's grain has left memory or the silo stops; the next activation takes the job up.
            LogUnheard(order.JobId, order.Generation, error);
        }
    }

    private async Task<PartOutcome> WorkAsync(CancellationToken cancellation)
    {
        var since = services.Clock.WallTime.GetTimestamp();
        var reservation = await services.Reserving.RunAsync(order, reason => _control.Waiting(order.Generation, reason, CancellationToken.None), cancellation);
        try
        {
            if (!await _control.Started(order.Generation, reservation.Placement, CancellationToken.None))
            {
                return new PartOutcome { End = PartEnd.Stale, Reason = "Another generation has taken over." };
            }

            await StartAsync(reservation, services.Clock.WallTime.GetElapsedTime(since).TotalSeconds);
            return await WatchAllAsync(reservation.Placement, cancellation);
        }
        finally
        {
            await Task.WhenAll(reservation.Placement.Select(part => services.Silos.EndAsync(part.Silo, order.JobId, order.Generation)));
        }
    }

    /// <summary>Starts the parts, the first one before the others, which connect to it.</summary>
    private async Task StartAsync(ShardReservation reservation, double queuedSeconds)
    {
        var secret = RandomNumberGenerator.GetBytes(ExchangePass.SecretLength);
        for (var part = 0; part < reservation.Placement.Length; part++)
        {
            var partOrder = new PartOrder
            {
                JobId = order.JobId,
                Generation = order.Generation,
                Spec = order.Spec,
                Checkpoint = order.Checkpoint,
                Weights = order.Weights,
                Placement = reservation.Placement,
                Part = part,
                Exchange = reservation.Exchange,
                Secret = secret,
                QueuedSeconds = queuedSeconds,
            };
            await StartAsync(reservation.Placement[part].Silo, partOrder);
        }
    }

    private async Task StartAsync(string silo, PartOrder part)
    {
        try
        {
            await services.Silos.On(silo).Start(part).WaitAsync(Silence, services.Clock.WallTime);
        }
        catch (FailedPreconditionException error)
        {
            // The part has given itself up meanwhile; the next generation takes threads anew.
            throw new UnavailableException($"Silo {silo} has given the threads back that were taken: {error.Message}", inner: error);
        }
    }

    /// <summary>Waits until all parts have ended; the first that does not complete ends the others.</summary>
    private async Task<PartOutcome> WatchAllAsync(ShardPlacement[] placement, CancellationToken cancellation)
    {
        Task<PartOutcome>[] watches = [.. placement.Select(part => WatchAsync(part.Silo))];
        var cancelled = Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
        for (List<Task> left = [.. watches, cancelled]; left.Count > 1;)
        {
            var ended = await Task.WhenAny(left);
            left.Remove(ended);
            if (ended == cancelled || (await (Task<PartOutcome>)ended).End != PartEnd.Completed)
            {
                await Task.WhenAll(placement.Select(part => services.Silos.StopAsync(part.Silo, order.JobId, order.Generation)));
                break;
            }
        }

        return PartOutcome.Explain(await Task.WhenAll(watches));
    }

    private async Task<PartOutcome> WatchAsync(string silo)
    {
        try
        {
            while (true)
            {
                if (await services.Silos.On(silo).Watch(order.JobId, order.Generation).WaitAsync(Silence, services.Clock.WallTime) is { } outcome)
                {
                    return outcome;
                }
            }
        }
        catch (Exception error)
        {
            return new PartOutcome { End = PartEnd.Interrupted, Reason = $"Silo {silo} does not answer: {error.Message}" };
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Generation {Generation} of training job {JobId} failed: {Reason}")]
    private partial void LogFailed(string jobId, int generation, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Generation {Generation} of training job {JobId} was interrupted; the job goes on from its last checkpoint: {Reason}")]
    private partial void LogInterrupted(string jobId, int generation, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of generation {Generation} of training job {JobId} could not be reported")]
    private partial void LogUnheard(string jobId, int generation, Exception error);
}
