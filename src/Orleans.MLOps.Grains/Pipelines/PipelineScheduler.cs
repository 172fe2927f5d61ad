using Microsoft.Extensions.Logging;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>Wakes the enabled pipelines every second of wall time, so that nobody has to.</summary>
internal sealed partial class PipelineScheduler(
    IGrainFactory grains, CatalogTable catalog, PlatformClock clock, ILogger<PipelineScheduler> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan WakeEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(PipelineScheduler),
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
        using var timer = new PeriodicTimer(WakeEvery, clock.WallTime);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                await WakeAllAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task WakeAllAsync(CancellationToken cancellationToken)
    {
        foreach (var status in PipelineGrain.WokenStatuses)
        {
            foreach (var pipeline in await ListAsync(status, cancellationToken))
            {
                try
                {
                    await grains.GetGrain<IPipelineGrain>(pipeline.Key).Wake(cancellationToken);
                }
                catch (Exception error) when (!cancellationToken.IsCancellationRequested)
                {
                    LogWakeFailed(pipeline.Key, error);
                }
            }
        }
    }

    private async Task<IReadOnlyList<CatalogEntry>> ListAsync(string status, CancellationToken cancellationToken)
    {
        try
        {
            return await catalog.ListByStatusAsync(PipelineGrain.Catalog, status, null, cancellationToken);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            LogWakeFailed(status, error);
            return [];
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pipelines '{Which}' could not be woken; tried again in a second")]
    private partial void LogWakeFailed(string which, Exception error);
}
