using Orleans.MLOps.Features;

namespace Orleans.MLOps.Serving;

/// <summary>
/// Predictions that a model of an endpoint made elsewhere, such as in a device or a batch job: they are recorded and monitored as if the endpoint had
/// made them, and labels join them by the ids that the reply gives. A label moves the windows of the endpoint's feature view only where their key is an input of the model.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.report-predictions")]
public sealed record ReportPredictions
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint; its models take columns.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The version of the endpoint's model that answered: one of its variants, now or in its history (<see cref="EndpointInfo.History"/>).</summary>
    [Id(2)]
    public required int ModelVersion { get; init; }

    /// <summary>The model's inputs as it saw them, windows included, each column with as many values as there are predictions: 1 to 65,536.</summary>
    [Id(3)]
    public FeatureColumn[] Columns { get; init; } = [];

    /// <summary>Probability of the positive class, from 0 to 1, one a prediction.</summary>
    [Id(4)]
    public double[] Probabilities { get; init; } = [];

    /// <summary>When each prediction was asked, from 1970 on and not decreasing.</summary>
    [Id(5)]
    public DateTimeOffset[] EventTimes { get; init; } = [];

    /// <summary>Milliseconds that each answer took, not negative; empty for not measured, which counts as none.</summary>
    [Id(6)]
    public double[] Latencies { get; init; } = [];

    /// <summary>
    /// Names the report, 1 to 128 characters: one that is sent again under its name, with <see cref="IsRepeat"/>, is found in the prediction log and not
    /// recorded again, as long as the endpoint has recorded fewer than four million predictions since. Over gRPC the SDK makes a name when none is given, and repeats by it.
    /// </summary>
    [Id(7)]
    public string? OperationId { get; init; }

    /// <summary>The report may have been recorded already: it is looked for first, which a first attempt need not pay. Over gRPC the SDK sets it. Default: false.</summary>
    [Id(8)]
    public bool IsRepeat { get; init; }
}
