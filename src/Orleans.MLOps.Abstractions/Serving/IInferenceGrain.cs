namespace Orleans.MLOps.Serving;

/// <summary>Answers predictions in the silo that received them; a stateless worker. Key: <see cref="EndpointKey"/>.</summary>
[Alias("mlops.serving.inference-grain")]
public interface IInferenceGrain : IGrainWithStringKey
{
    /// <summary>Applies labels and observations and answers predictions in time order. Bad features are refused before anything is written.</summary>
    [Alias("serve")]
    Task<ServeReply> Serve(ServeRequest request, CancellationToken cancellationToken = default);

    /// <summary>Returns when everything this silo has recorded so far for the endpoint has reached its monitors.</summary>
    [Alias("flush")]
    Task Flush(CancellationToken cancellationToken = default);
}
