namespace Orleans.MLOps.Serving;

/// <summary>Tensors for one endpoint. Changes nothing but counters, so it may be repeated; endpoints of the platform's networks record it as a prediction too, a named one once.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.infer-request")]
public sealed record InferRequest
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The version that must answer; it must be one of the endpoint's. Default: the traffic plan decides.</summary>
    [Id(2)]
    public int? Version { get; init; }

    /// <summary>Name or label of the variant that must answer; not together with <see cref="Version"/>. Default: the traffic plan decides.</summary>
    [Id(3)]
    public string? Label { get; init; }

    /// <summary>Names the request, for its caller and the payload log; at most 1024 characters. Default: none.</summary>
    [Id(4)]
    public string? RequestId { get; init; }

    /// <summary>The inputs, each once, in any order.</summary>
    [Id(5)]
    public Tensor[] Inputs { get; init; } = [];

    /// <summary>Names of the outputs to give, each once. Default: all.</summary>
    [Id(6)]
    public string[] Outputs { get; init; } = [];

    /// <summary>
    /// Whom the request is for: the same key meets the same variant as long as the weights stay, on every silo; at most 1024 characters.
    /// Default: none, each request is assigned by itself.
    /// </summary>
    [Id(7)]
    public string? AffinityKey { get; init; }

    /// <summary>So long the request may wait in queues before it is given up with <see cref="DeadlineExceededException"/>. Default: as long as the caller waits.</summary>
    [Id(8)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Requests of a lower number leave the queue first; 0 to 255. Default: 128.</summary>
    [Id(9)]
    public int Priority { get; init; } = 128;

    /// <summary>The least revision of the endpoint that may answer. Default: 0, any.</summary>
    [Id(10)]
    public int MinimumRevision { get; init; }

    /// <summary>Refused with <see cref="FailedPreconditionException"/> where the answer would be recorded as a prediction, so that it may be sent twice at a time. Default: false.</summary>
    [Id(11)]
    public bool MustNotRecord { get; init; }

    /// <summary>
    /// Names the request where its answer is recorded, 1 to 128 characters, as <see cref="PredictRequest.OperationId"/> does. Over gRPC the SDK makes a name
    /// when none is given, and repeats by it. Default: none.
    /// </summary>
    [Id(12)]
    public string? OperationId { get; init; }

    /// <summary>The request may have been recorded already: it is looked for first. Over gRPC the SDK sets it. Default: false.</summary>
    [Id(13)]
    public bool IsRepeat { get; init; }
}
