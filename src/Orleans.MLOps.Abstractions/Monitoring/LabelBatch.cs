namespace Orleans.MLOps.Monitoring;

/// <summary>Answers to earlier predictions.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.label-batch")]
public sealed record LabelBatch
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>Which predictions.</summary>
    [Id(2)]
    public string[] PredictionIds { get; init; } = [];

    /// <summary>The answers: 0 or 1.</summary>
    [Id(3)]
    public double[] Values { get; init; } = [];

    /// <summary>When each became known, not decreasing.</summary>
    [Id(4)]
    public DateTimeOffset[] ObservedAt { get; init; } = [];
}
