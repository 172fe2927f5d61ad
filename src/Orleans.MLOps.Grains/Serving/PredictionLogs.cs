using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.CompilerServices;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// The prediction logs: one append-only log of sealed batches for each recorder of an endpoint, so that each has one writer. Their names
/// begin with the time at which the recorder began, and are read in that order.
/// </summary>
internal sealed class PredictionLogs(ILogStore store, PlatformClock clock)
{
    private const int RecorderDigits = 8;

    private readonly ConcurrentDictionary<(EndpointKey Endpoint, uint Recorder), string> _names = new();
    private readonly ConcurrentDictionary<(EndpointKey Endpoint, uint Recorder), IAppendLog> _open = new();

    /// <summary>Appends a batch of this process's recorder; durable when it returns. After a failure the next append opens the log anew.</summary>
    public async ValueTask<LogPosition> AppendAsync(EndpointKey endpoint, uint recorder, byte[] batch)
    {
        var key = (endpoint, recorder);
        if (!_open.TryGetValue(key, out var log))
        {
            log = _open[key] = await store.OpenAsync(_names.GetOrAdd(key, _ => NewName(endpoint, recorder)));
        }

        try
        {
            return await log.AppendAsync(batch, durable: true);
        }
        catch (Exception)
        {
            _open.TryRemove(KeyValuePair.Create(key, log));
            throw;
        }
    }

    /// <summary>
    /// Makes sure that nothing of a failed append can be stored any more: an empty frame takes its place, or stands behind it when it was
    /// stored after all.
    /// </summary>
    /// <exception cref="MLOpsException">The log cannot be written now, so the append is still in doubt.</exception>
    public async ValueTask SettleAsync(EndpointKey endpoint, uint recorder) => await AppendAsync(endpoint, recorder, []);

    /// <summary>All batches sealed by any recorder behind the places that are known, with where each stands in its recorder's log.</summary>
    public async IAsyncEnumerable<(LogPosition Position, SealedBatch Batch)> ReadAsync(
        EndpointKey endpoint, IReadOnlyDictionary<uint, LogPlace>? known = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var name in await store.ListAsync(Prefix(endpoint), cancellationToken))
        {
            var recorder = uint.Parse(name.AsSpan(name.Length - RecorderDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            var from = known?.TryGetValue(recorder, out var place) == true ? place.ToPosition() : LogPosition.Start;
            await foreach (var frame in store.ReadAsync(name, from, cancellationToken))
            {
                if (frame.Payload.Length == 0)
                {
                    continue;
                }

                yield return (frame.Position, SealedBatchCodec.Decode(frame.Payload));
            }
        }
    }

    /// <summary>The batch that stands at a place of a recorder's log; null when none does.</summary>
    public async Task<SealedBatch?> FindAsync(EndpointKey endpoint, uint recorder, LogPlace place, CancellationToken cancellationToken)
    {
        var suffix = string.Create(CultureInfo.InvariantCulture, $"-{recorder:x8}");
        foreach (var name in (await store.ListAsync(Prefix(endpoint), cancellationToken)).Where(name => name.EndsWith(suffix, StringComparison.Ordinal)))
        {
            await foreach (var frame in store.ReadAsync(name, place.ToPosition(), cancellationToken))
            {
                return SealedBatchCodec.Decode(frame.Payload);
            }
        }

        return null;
    }

    private static string Prefix(EndpointKey endpoint) => $"{LogNames.For("predictions", endpoint.ToString())}%r";

    private string NewName(EndpointKey endpoint, uint recorder) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix(endpoint)}{clock.WallNow.ToUnixTimeMilliseconds():x12}-{recorder:x8}");
}
