using System.Globalization;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>
/// The payload log of one endpoint: logs of a bounded size, each written by one life of a silo. Their names begin with the time at which they began. A silo that
/// begins one removes the oldest of its own and of silos that have died.
/// </summary>
internal sealed class PayloadPieces(EndpointKey endpoint, ILogStore store, SiloDirectory silos, PlatformClock clock)
{
    /// <summary>Pieces that are kept at least; the oldest goes when a new one has begun.</summary>
    public const int Kept = 4;

    /// <summary>Pieces that are kept at most.</summary>
    private const int MostKept = 1000;

    /// <summary>Reading begins at the start of a piece, so none is much longer.</summary>
    private const long LongPiece = 32L << 20;

    private const int WriterDigits = 8;

    /// <summary>So long nothing is written after a failure: a log that is away is not asked for each payload.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string _prefix = $"{LogNames.For("payloads", endpoint.ToString())}%p";
    private string? _name;
    private IAppendLog? _open;
    private long _bytes;
    private long _beganAt;
    private long? _failedAt;

    /// <summary>Appends a payload; one caller at a time.</summary>
    /// <exception cref="MLOpsException">It could not be written.</exception>
    public async Task AppendAsync(byte[] payload, PayloadLogSpec spec)
    {
        if (_failedAt is { } failedAt && clock.WallTime.GetElapsedTime(failedAt) < Pause)
        {
            throw new UnavailableException("The payload log failed a moment ago.", "payload_log");
        }

        try
        {
            var pieceBytes = Math.Min(spec.KeptBytes / Kept, Math.Max(LongPiece, spec.KeptBytes / MostKept));
            if (_name is null || (_bytes > 0 && _bytes + payload.Length > pieceBytes))
            {
                Begin();
            }

            _open ??= await store.OpenAsync(_name!);
            await _open.AppendAsync(payload, durable: false);
            if (_bytes == 0)
            {
                await RemoveOldAsync((int)(spec.KeptBytes / pieceBytes));
            }

            _bytes += payload.Length;
            _failedAt = null;
        }
        catch (Exception)
        {
            // A log that has failed may stay so for as long as it is open.
            (_open, _name) = (null, null);
            _failedAt = clock.WallTime.GetTimestamp();
            throw;
        }
    }

    /// <summary>The newest payloads of all silos, newest first, by silo.</summary>
    /// <param name="limit">So many of each silo at most.</param>
    /// <param name="mostBytes">Bytes of each silo's payloads at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<List<byte[]>> ReadAsync(int limit, int mostBytes, CancellationToken cancellationToken)
    {
        var newest = new List<byte[]>();
        foreach (var writer in (await store.ListAsync(_prefix, cancellationToken)).GroupBy(WriterOf))
        {
            var (count, bytes) = (0, 0L);
            foreach (var name in writer.OrderDescending(StringComparer.Ordinal))
            {
                if (count >= limit || bytes >= mostBytes)
                {
                    break;
                }

                var tail = await TailAsync(name, limit - count, mostBytes, cancellationToken);
                (count, bytes) = (count + tail.Count, bytes + tail.Sum(payload => (long)payload.Length));
                newest.AddRange(tail);
            }
        }

        return newest;
    }

    private void Begin()
    {
        _beganAt = Math.Max(_beganAt + 1, clock.WallNow.ToUnixTimeMilliseconds());
        (_open, _name, _bytes) = (null, string.Create(CultureInfo.InvariantCulture, $"{_prefix}{_beganAt:x12}-{Writer(silos.Here)}"), 0);
    }

    private async Task RemoveOldAsync(int kept)
    {
        var living = silos.Others().Select(Writer).ToHashSet(StringComparer.Ordinal);
        var own = (await store.ListAsync(_prefix)).Where(piece => !living.Contains(WriterOf(piece)));
        foreach (var old in own.OrderDescending(StringComparer.Ordinal).Skip(kept))
        {
            await store.DeleteAsync(old);
        }
    }

    /// <summary>The last payloads of a piece, oldest first. A piece that another silo removes meanwhile has none.</summary>
    private async Task<Queue<byte[]>> TailAsync(string name, int limit, int mostBytes, CancellationToken cancellationToken)
    {
        var tail = new Queue<byte[]>();
        var bytes = 0L;
        try
        {
            await foreach (var frame in store.ReadAsync(name, LogPosition.Start, cancellationToken))
            {
                tail.Enqueue(frame.Payload.ToArray());
                bytes += frame.Payload.Length;
                while (tail.Count > limit || (tail.Count > 1 && bytes > mostBytes))
                {
                    bytes -= tail.Dequeue().Length;
                }
            }
        }
        catch (Exception error) when (error is MLOpsException or IOException or ObjectDisposedException)
        {
            if ((await store.ListAsync(name, cancellationToken)).Contains(name))
            {
                throw;
            }
        }

        return tail;
    }

    private static string WriterOf(string name) => name[^WriterDigits..];

    private static string Writer(SiloAddress silo) => silo.GetConsistentHashCode().ToString("x8", CultureInfo.InvariantCulture);
}
