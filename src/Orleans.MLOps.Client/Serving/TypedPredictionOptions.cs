using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Serving;

/// <summary>How typed rows are sent. The members behind <see cref="AffinityKey"/> are for columns or for tensors only, and refused for the others.</summary>
public sealed record TypedPredictionOptions
{
    /// <summary>The project. Default: "default".</summary>
    public string Project { get; init; } = "default";

    /// <summary>The least revision of the endpoint that may answer. Default: 0, any.</summary>
    public int MinimumRevision { get; init; }

    /// <summary>Whom the rows are for; see <see cref="PredictRequest.AffinityKey"/> and <see cref="InferRequest.AffinityKey"/>. Default: none.</summary>
    public string? AffinityKey { get; init; }

    /// <summary>Columns only: when each prediction is asked, one a row; see <see cref="PredictRequest.EventTimes"/>. Default: the endpoint's clock.</summary>
    public DateTimeOffset[] EventTimes { get; init; } = [];

    /// <summary>Columns only: names the request; see <see cref="PredictRequest.OperationId"/>. Default: none, or over gRPC one that the SDK makes.</summary>
    public string? OperationId { get; init; }

    /// <summary>Tensors only: the version that must answer. Default: the traffic plan decides.</summary>
    public int? Version { get; init; }

    /// <summary>Tensors only: name or label of the variant that must answer. Default: the traffic plan decides.</summary>
    public string? Label { get; init; }

    /// <summary>Tensors only: so long the request may wait in queues. Default: as long as the caller waits.</summary>
    public TimeSpan? Timeout { get; init; }
}
