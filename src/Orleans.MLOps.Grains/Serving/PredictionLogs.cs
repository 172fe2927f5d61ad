using System.Runtime.CompilerServices;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The prediction logs by endpoint: one append-only log of sealed batches for each.</summary>
internal sealed class PredictionLogs(SegmentLogStore store)
{
    public ISegmentLog Open(EndpointKey endpoint) => store.Open(LogNames.For("predictions", endpoint.ToString()));

    /// <summary>All batches sealed at or after a position, with where each stands.</summary>
    public async IAsyncEnumerable<(LogPosition Position, SealedBatch Batch)> ReadAsync(
        EndpointKey endpoint, LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var frame in Open(endpoint).ReadAsync(from, cancellationToken))
        {
            yield return (frame.Position, SealedBatchCodec.Decode(frame.Payload));
        }
    }
}
