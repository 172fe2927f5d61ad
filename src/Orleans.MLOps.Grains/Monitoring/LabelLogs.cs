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
        await foreach (var frame in store.ReadAsync(Name(endpoint), LogPosition.Start, cancellationToken))
        {
            yield return LabelFrameCodec.Decode(frame.Payload);
        }
    }

    private static string Name(EndpointKey endpoint) => LogNames.For("labels", endpoint.ToString());
}
