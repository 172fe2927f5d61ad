using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Does every few seconds what no caller asks for. Each silo does it; the writes state what they rest on, so once is enough.</summary>
internal sealed partial class TrackingUpkeep(IServiceProvider services, PlatformClock clock, ILogger<TrackingUpkeep> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private const int RoundsBetweenSweeps = 60;

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

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
        using var timer = new PeriodicTimer(Every, clock.WallTime);
        try
        {
            for (var round = 0; await timer.WaitForNextTickAsync(cancellationToken); round++)
            {
                await RoundAsync(runs, blobs, round, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task RoundAsync(RunUpkeep runs, BlobUpkeep blobs, int round, CancellationToken cancellationToken)
    {
        try
        {
            if (await runs.FailLapsedAsync(cancellationToken) is > 0 and var failed)
            {
                LogLapsed(failed);
            }

            if (round % RoundsBetweenSweeps == 0)
            {
                await runs.ForgetOperationsAsync(cancellationToken);
                if (await blobs.RunAsync(cancellationToken) is > 0 and var released)
                {
                    LogReleased(released);
                }
            }
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
