using Microsoft.Extensions.Logging;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Runs every room's recovery when the silo is active. A room that cannot recover is logged and does not keep the others from it.</summary>
internal sealed partial class RecoveryTask(IEnumerable<IRoomRecovery> rooms, ILogger<RecoveryTask> logger)
    : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(RecoveryTask),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _running = Task.Run(() => RecoverAsync(_stopping.Token), CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stopping.CancelAsync();
            await _running;
        });

    public void Dispose() => _stopping.Dispose();

    private async Task RecoverAsync(CancellationToken cancellationToken)
    {
        foreach (var room in rooms)
        {
            try
            {
                await room.RecoverAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogRoomFailed(room.GetType().Name, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Room} could not take up interrupted work")]
    private partial void LogRoomFailed(string room, Exception error);
}
