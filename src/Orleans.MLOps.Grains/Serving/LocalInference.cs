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

    private readonly LocalCalls _calls = new(clock.WallTime, () => messaging.Value.ResponseTimeout);

    private static bool IsOnGrain => SynchronizationContext.Current is not null || TaskScheduler.Current != TaskScheduler.Default;

    public Task<ServeReply>? TryServe(EndpointKey endpoint, ServeRequest request, CancellationToken cancellationToken) =>
        IsShort(request.Predict) && TryEnter() ? _calls.Bounded(endpoint, service.ServeAsync(endpoint, request, cancellationToken), cancellationToken) : null;

    public Task<InferReply>? TryInfer(EndpointKey endpoint, InferRequest request, CancellationToken cancellationToken) =>
        IsShort(request) && TryEnter() ? _calls.Bounded(endpoint, service.InferAsync(endpoint, request, cancellationToken), cancellationToken) : null;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(LocalInference),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _calls.Open();
            return Task.CompletedTask;
        },
        // Ends before the predictions of this silo are sealed for the last time.
        _calls.CloseAsync);

    /// <summary>Columns are bound and encoded on the thread that asks, so a caller of many rows would not be let go when it gives up.</summary>
    private static bool IsShort(PredictRequest request) => request.Columns is [] or [{ Numbers: null or { Length: <= ShortRows }, Texts: null or { Length: <= ShortRows } }, ..];

    private static bool IsShort(InferRequest request) => request.Inputs is [] or [{ Shape: null or [] or [<= ShortRows, ..] }, ..];

    // The turns of a caller that keeps to one thread must not be taken by the engine.
    private bool TryEnter() => !IsOnGrain && _calls.TryEnter();
}
