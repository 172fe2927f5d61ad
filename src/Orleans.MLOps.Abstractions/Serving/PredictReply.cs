using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving;

/// <summary>Predictions in the order of the instances.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.predict-reply")]
public sealed record PredictReply
{
    /// <summary>Names each prediction for its label.</summary>
    [Id(0)]
    public string[] PredictionIds { get; init; } = [];

    /// <summary>Probability of the positive class.</summary>
    [Id(1)]
    public double[] Probabilities { get; init; } = [];

    /// <summary>The version that answered.</summary>
    [Id(2)]
    public int[] ModelVersions { get; init; } = [];

    /// <summary>The features as served, when asked for.</summary>
    [Id(3)]
    public FeatureColumn[] Features { get; init; } = [];
}
