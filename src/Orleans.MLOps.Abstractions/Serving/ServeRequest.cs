using Orleans.MLOps.Features;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Serving;

/// <summary>One message of a serving stream: labels, observations and predictions, applied in the order of their times; at equal times labels come first.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.serve-request")]
public sealed record ServeRequest
{
    /// <summary>The predictions; may have no rows.</summary>
    [Id(0)]
    public required PredictRequest Predict { get; init; }

    /// <summary>Labels of earlier predictions.</summary>
    [Id(1)]
    public LabelBatch? Labels { get; init; }

    /// <summary>Window values that belong to no prediction.</summary>
    [Id(2)]
    public ObservationBatch? Observations { get; init; }
}
