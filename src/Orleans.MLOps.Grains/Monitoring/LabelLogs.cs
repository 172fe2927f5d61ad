using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The label logs by endpoint.</summary>
internal sealed class LabelLogs(SegmentLogStore store)
{
    private readonly ConcurrentDictionary<EndpointKey, bool> _takenUp = new();

    public ISegmentLog Open(EndpointKey endpoint) => store.Open(LogNames.For("labels", endpoint.ToString()));

    /// <summary>Whether an endpoint's log has been taken up in this process. Before that a crash may have cut off what was to follow its last frames.</summary>
    public bool IsTakenUp(EndpointKey endpoint) => _takenUp.ContainsKey(endpoint);

    public void TakeUp(EndpointKey endpoint) => _takenUp[endpoint] = true;

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
