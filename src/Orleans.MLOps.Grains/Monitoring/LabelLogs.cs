using System.Runtime.CompilerServices;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The label logs by endpoint.</summary>
internal sealed class LabelLogs(SegmentLogStore store)
{
    public ISegmentLog Open(EndpointKey endpoint) => store.Open(LogNames.For("labels", endpoint.ToString()));

    /// <summary>All frames at or after a position, in commit order.</summary>
    public async IAsyncEnumerable<(LogPosition Position, LabelFrame Frame)> ReadAsync(
        EndpointKey endpoint, LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var frame in Open(endpoint).ReadAsync(from, cancellationToken))
        {
            yield return (frame.Position, LabelFrameCodec.Decode(frame.Payload));
        }
    }
}
