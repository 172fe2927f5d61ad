using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>
/// Runs every room's recovery when the silo is active, again whenever a silo leaves the cluster, and now and then for what neither told.
/// A room that cannot recover is logged and does not keep the others from it.
/// </summary>
internal sealed partial class RecoveryTask(IEnumerable<IRoomRecovery> rooms, IServiceProvider services, PlatformClock clock, ILogger<RecoveryTask> logger)
    : ILifecycleParticipant<ISiloLifecycle>, ISiloStatusListener, IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _silosChanged = new(0);
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(RecoveryTask),
        ServiceLifecycleStage.Active,
        _ =>
        {
            services.GetRequiredService<ISiloStatusOracle>().SubscribeToSiloStatusEvents(this);
            _running = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _running;
        });

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status is SiloStatus.Dead or SiloStatus.Active)
        {
            _silosChanged.Release();
        }
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _silosChanged.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await RecoverAsync(cancellationToken);
                using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                await Task.WhenAny(_silosChanged.WaitAsync(wait.Token), Task.Delay(Every, clock.WallTime, wait.Token));
                await wait.CancelAsync();
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var room in rooms)
        {
            try
            {
                await room.RecoverAsync(cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                LogRoomFailed(room.GetType().Name, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Room} could not take up interrupted work")]
    private partial void LogRoomFailed(string room, Exception error);
}
