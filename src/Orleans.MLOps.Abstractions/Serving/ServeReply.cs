using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Serving;

/// <summary>The answer to one message.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.serve-reply")]
public sealed record ServeReply
{
    /// <summary>The predictions.</summary>
    [Id(0)]
    public required PredictReply Predictions { get; init; }

    /// <summary>What became of the labels.</summary>
    [Id(1)]
    public LabelReply? Labels { get; init; }
}
