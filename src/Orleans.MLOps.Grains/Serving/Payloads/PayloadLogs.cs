using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Logs;
using Orleans.Serialization;

namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>The payload logs of this silo's endpoints. At the end of the silo what waits is written, as long as that takes a moment.</summary>
internal sealed class PayloadLogs(ILogStore store, SiloDirectory silos, Serializer<LoggedPayload> serializer, PlatformClock clock, ILogger<PayloadLogs> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>Bytes that all endpoints of a silo may hold.</summary>
    public const long MostBytes = 256L << 20;

    private const int MostRead = 1000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EndpointKey, PayloadBuffer> _buffers = new();
    private readonly PayloadBudget _budget = new(MostBytes);

    /// <summary>Where an endpoint gives its payloads; null when it keeps none.</summary>
    public PayloadTap? Open(EndpointInfo endpoint) => endpoint.PayloadLog is { SampleRate: > 0 } spec
        ? new(spec, endpoint.Revision, _buffers.GetOrAdd(new EndpointKey(endpoint.Project, endpoint.Name), NewBuffer), serializer, clock)
        : null;

    /// <summary>The newest payloads of all silos; those of this silo that wait are written first.</summary>
    /// <exception cref="InvalidInputException">The limit is out of its range.</exception>
    public async Task<PayloadPage> ReadAsync(EndpointKey endpoint, int limit, CancellationToken cancellationToken)
    {
        EndpointOptionRules.Require(limit is >= 1 and <= MostRead, "limit", limit, $"1 to {MostRead}");
        if (_buffers.TryGetValue(endpoint, out var buffer))
        {
            await buffer.FlushAsync(Patience);
        }

        var found = await new PayloadPieces(endpoint, store, silos, clock).ReadAsync(limit, PayloadBuffer.Largest, cancellationToken);
        var bytes = 0L;
        return new PayloadPage
        {
            Payloads =
            [
                .. found.Select(payload => (Bytes: payload.Length, Payload: serializer.Deserialize(payload)!))
                    .OrderByDescending(entry => entry.Payload.At)
                    .Take(limit)
                    .TakeWhile(entry => (bytes += entry.Bytes) <= PayloadBuffer.Largest)
                    .Select(entry => entry.Payload),
            ],
        };
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(PayloadLogs),
        ServiceLifecycleStage.Active - 1,
        _ => Task.CompletedTask,
        _ => Task.WhenAll(_buffers.Values.Select(buffer => buffer.FlushAsync(Patience))));

    private PayloadBuffer NewBuffer(EndpointKey endpoint) => new(new PayloadPieces(endpoint, store, silos, clock).AppendAsync, _budget, clock.WallTime, logger);
}
