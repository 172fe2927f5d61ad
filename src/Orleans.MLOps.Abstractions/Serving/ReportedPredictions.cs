namespace Orleans.MLOps.Serving;

/// <summary>The answer to a report, which is durable.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.reported-predictions")]
public sealed record ReportedPredictions
{
    /// <summary>Names each prediction for its label, in the order of the report.</summary>
    [Id(0)]
    public string[] PredictionIds { get; init; } = [];
}
