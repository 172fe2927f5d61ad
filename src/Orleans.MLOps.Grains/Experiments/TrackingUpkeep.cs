using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Does every few seconds what no caller asks for. Each silo does it; the writes state what they rest on, so once is enough.</summary>
internal sealed partial class TrackingUpkeep(IServiceProvider services, PlatformClock clock, ILogger<TrackingUpkeep> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenSweeps = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(TrackingUpkeep),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _running;
        });

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // Resolved late: the stores are opened in their own order when the silo starts.
        var (runs, blobs) = (services.GetRequiredService<RunUpkeep>(), services.GetRequiredService<BlobUpkeep>());

        // Heartbeats are looked at also while a long sweep goes on.
        await Task.WhenAll(
            RepeatAsync(Every, token => FailLapsedAsync(runs, token), cancellationToken),
            RepeatAsync(BetweenSweeps, token => SweepAsync(runs, blobs, token), cancellationToken));
    }

    private async Task RepeatAsync(TimeSpan period, Func<CancellationToken, Task> round, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Every, clock.WallTime);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                timer.Period = period;
                await round(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private Task FailLapsedAsync(RunUpkeep runs, CancellationToken cancellationToken) => TryAsync(async () =>
    {
        if (await runs.FailLapsedAsync(cancellationToken) is > 0 and var failed)
        {
            LogLapsed(failed);
        }
    }, cancellationToken);

    private async Task SweepAsync(RunUpkeep runs, BlobUpkeep blobs, CancellationToken cancellationToken)
    {
        await TryAsync(() => runs.ForgetOperationsAsync(cancellationToken), cancellationToken);
        await TryAsync(async () =>
        {
            if (await blobs.RunAsync(cancellationToken) is > 0 and var released)
            {
                LogReleased(released);
            }
        }, cancellationToken);
    }

    private async Task TryAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        try
        {
            await work();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(error);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Count} runs were marked failed because their heartbeats ceased")]
    private partial void LogLapsed(int count);

    [LoggerMessage(LogLevel.Information, "{Count} blobs of removed files were given back")]
    private partial void LogReleased(int count);

    [LoggerMessage(LogLevel.Warning, "The upkeep of runs and their files failed; it is tried again")]
    private partial void LogFailed(Exception error);
}
