namespace Orleans.MLOps.Serving;

/// <summary>Answers predictions in the silo that received them; a stateless worker. Key: <see cref="EndpointKey"/>.</summary>
[Alias("mlops.serving.inference-grain")]
public interface IInferenceGrain : IGrainWithStringKey
{
    /// <summary>Applies labels and observations and answers predictions in time order. Bad features are refused before anything is written.</summary>
    [Alias("serve")]
    Task<ServeReply> Serve(ServeRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers tensors. <see cref="InvalidInputException"/> for tensors that the model does not take, <see cref="NotFoundException"/> for an
    /// endpoint, version or label that is not served, <see cref="ResourceExhaustedException"/> beyond a limit,
    /// <see cref="DeadlineExceededException"/> when it waited too long.
    /// </summary>
    [Alias("infer")]
    Task<InferReply> Infer(InferRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records predictions that were made elsewhere. <see cref="FailedPreconditionException"/> for a version that the endpoint has not had in its kept history and for an endpoint
    /// of tensors, <see cref="InvalidInputException"/> for values that its models cannot have seen or given.
    /// </summary>
    [Alias("report")]
    Task<ReportedPredictions> Report(ReportPredictions report, CancellationToken cancellationToken = default);

    /// <summary>What the endpoint serves here. <see cref="NotFoundException"/> for an endpoint, version or label that is not served.</summary>
    [Alias("describe")]
    Task<ServedEndpoint> Describe(DescribeEndpoint query, CancellationToken cancellationToken = default);

    /// <summary>The newest payloads of the endpoint, of all silos. <see cref="NotFoundException"/> for an endpoint that does not exist, <see cref="InvalidInputException"/> for another limit.</summary>
    [Alias("read-payloads")]
    Task<PayloadPage> ReadPayloads(PayloadQuery query, CancellationToken cancellationToken = default);

    /// <summary>Returns when everything this silo has recorded so far for the endpoint has reached its monitors.</summary>
    [Alias("flush")]
    Task Flush(CancellationToken cancellationToken = default);
}
