using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// The way of callers in this silo's process to its inference. The grain is a stateless worker that this silo would run anyway: what the message to it
/// gives beyond the answer is its time-out, which is kept here, and its refusal while the silo starts or stops, when the grain is asked.
/// </summary>
internal sealed class LocalInference(InferenceService service, PlatformClock clock, IOptions<SiloMessagingOptions> messaging) : ILocalInference, ILifecycleParticipant<ISiloLifecycle>
{
    private const int ShortRows = 64;

    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users;
    private volatile bool _open;

    private static bool IsOnGrain => SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    public Task<ServeReply>? TryServe(EndpointKey endpoint, ServeRequest request, CancellationToken cancellationToken) =>
        IsShort(request.Predict) && TryEnter() ? Bounded(endpoint, service.ServeAsync(endpoint, request, cancellationToken), cancellationToken) : null;

    public Task<InferReply>? TryInfer(EndpointKey endpoint, InferRequest request, CancellationToken cancellationToken) =>
        TryEnter() ? Bounded(endpoint, service.InferAsync(endpoint, request, cancellationToken), cancellationToken) : null;

    /// <summary>Networks compute on the thread that asks, so a caller of many rows would not be let go when it gives up.</summary>
    private static bool IsShort(PredictRequest request) => request.Columns is [] or [{ Numbers: null or { Length: <= ShortRows }, Texts: null or { Length: <= ShortRows } }, ..];

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(LocalInference),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _open = true;
            return Task.CompletedTask;
        },
        CloseAsync);

    private bool TryEnter()
    {
        // The turns of a caller that keeps to one thread must not be taken by the engine.
        if (!_open || IsOnGrain)
        {
            return false;
        }

        Interlocked.Increment(ref _users);
        if (_open)
        {
            return true;
        }

        Leave();
        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && !_open)
        {
            _idle.TrySetResult();
        }
    }

    private Task<T> Bounded<T>(EndpointKey endpoint, Task<T> answer, CancellationToken cancellationToken)
    {
        if (answer.IsCompleted)
        {
            Leave();
            return answer;
        }

        // Also when its caller is gone by then: it may still record.
        _ = LeaveAfterAsync(answer);
        return WaitAsync(endpoint, answer, cancellationToken);
    }

    private async Task LeaveAfterAsync(Task answer)
    {
        await answer.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Leave();
    }

    private async Task<T> WaitAsync<T>(EndpointKey endpoint, Task<T> answer, CancellationToken cancellationToken)
    {
        var patience = messaging.Value.ResponseTimeout;
        try
        {
            return await answer.WaitAsync(patience, clock.WallTime, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!answer.IsCompleted)
        {
            throw new TimeoutException($"Endpoint '{endpoint.Name}' did not answer within {patience}.");
        }
    }

    /// <summary>Ends before the predictions of this silo are sealed for the last time.</summary>
    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        _open = false;

        // Who entered before must be seen here, and who leaves must see that it is closed.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _users) > 0)
        {
            await _idle.Task.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
