using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

/// <summary>A session without a wire: the order of the calls is the order of the stream.</summary>
internal sealed class GrainServingSession(InferenceGrains inference) : IServingSession
{
    public Task<ServeReply> ServeAsync(ServeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return inference.ServeAsync(request, cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
