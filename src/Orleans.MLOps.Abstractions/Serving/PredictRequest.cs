using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving;

/// <summary>A batch of instances for one endpoint.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.predict-request")]
public sealed record PredictRequest
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The features the caller supplies; every column has as many values as there are instances, at most 65,536.</summary>
    [Id(2)]
    public FeatureColumn[] Columns { get; init; } = [];

    /// <summary>When each prediction is asked, from 1970 on and not decreasing; the endpoint's clock for all if empty.</summary>
    [Id(3)]
    public DateTimeOffset[] EventTimes { get; init; } = [];

    /// <summary>Give back the features as served, windows included; default false. The whole reply may then take just below 4 MB.</summary>
    [Id(4)]
    public bool ReturnFeatures { get; init; }

    /// <summary>
    /// Names the request, 1 to 128 characters: one that is sent again under its name, with <see cref="IsRepeat"/>, is answered from the prediction
    /// log and not recorded again. Over gRPC the SDK makes a name when none is given, and repeats by it; an Orleans or co-hosted client sends a
    /// request once, and unnamed unless the caller names it. Default: none.
    /// </summary>
    [Id(5)]
    public string? OperationId { get; init; }

    /// <summary>The request may have been recorded already: it is looked for first, which a first attempt need not pay. Over gRPC the SDK sets it. Default: false.</summary>
    [Id(6)]
    public bool IsRepeat { get; init; }

    /// <summary>
    /// The least revision of the endpoint that may answer: after a deployment any silo then serves it or a later one at once, where it would
    /// otherwise follow within a second. At least 0; a revision still to come is refused. Default: 0, any.
    /// </summary>
    [Id(7)]
    public int MinimumRevision { get; init; }

    /// <summary>So long the request may wait in queues before it is given up with <see cref="DeadlineExceededException"/>; above 0 and up to a day. Default: as long as the caller waits.</summary>
    [Id(20)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>Requests of a lower number leave the queue first; 0 to 255. Default: 128.</summary>
    [Id(21)]
    public int Priority { get; init; } = 128;

    /// <summary>
    /// Whom the request is for: all its rows meet the same variant, and so does every request of the same key as long as the weights stay, on every silo;
    /// 1 to 1024 characters. Default: none, each row is assigned by itself.
    /// </summary>
    [Id(22)]
    public string? AffinityKey { get; init; }
}
