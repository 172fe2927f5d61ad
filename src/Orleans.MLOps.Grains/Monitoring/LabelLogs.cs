using System.Runtime.CompilerServices;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>The label logs by endpoint; the endpoint's label grain is their writer.</summary>
internal sealed class LabelLogs(ILogStore store)
{
    public ValueTask<IAppendLog> OpenAsync(EndpointKey endpoint) => store.OpenAsync(Name(endpoint));

    /// <summary>All frames in commit order.</summary>
    public async IAsyncEnumerable<LabelFrame> ReadAsync(EndpointKey endpoint, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (frame, _) in ReadAsync(endpoint, default, cancellationToken))
        {
            yield return frame;
        }
    }

    /// <summary>The frames from a place on, in commit order, each with the place to go on from.</summary>
    public async IAsyncEnumerable<(LabelFrame Frame, LogPlace Next)> ReadAsync(
        EndpointKey endpoint, LogPlace from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var frame in store.ReadAsync(Name(endpoint), from.ToPosition(), cancellationToken))
        {
            yield return (LabelFrameCodec.Decode(frame.Payload), LogPlace.Of(frame.Next));
        }
    }

    private static string Name(EndpointKey endpoint) => LogNames.For("labels", endpoint.ToString());
}
