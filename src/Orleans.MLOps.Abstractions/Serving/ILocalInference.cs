namespace Orleans.MLOps.Serving;

/// <summary>Answers in the caller's own process what its silo's inference grain would answer, without the message to it.</summary>
internal interface ILocalInference
{
    /// <summary>Answers as <see cref="IInferenceGrain.Serve"/> does; null where the grain has to be asked.</summary>
    Task<ServeReply>? TryServe(EndpointKey endpoint, ServeRequest request, CancellationToken cancellationToken);

    /// <summary>Answers as <see cref="IInferenceGrain.Infer"/> does; null where the grain has to be asked.</summary>
    Task<InferReply>? TryInfer(EndpointKey endpoint, InferRequest request, CancellationToken cancellationToken);
}
