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
}
