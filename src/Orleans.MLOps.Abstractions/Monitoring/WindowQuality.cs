namespace Orleans.MLOps.Monitoring;

/// <summary>The quality of one model version over its monitor's window of event time; figures are absent without labels.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.window-quality")]
public sealed record WindowQuality
{
    /// <summary>Start of the window; absent before the first label.</summary>
    [Id(0)]
    public DateTimeOffset? From { get; init; }

    /// <summary>Labelled predictions asked in the window.</summary>
    [Id(1)]
    public long Labelled { get; init; }

    /// <summary>Mean log loss.</summary>
    [Id(2)]
    public double? LogLoss { get; init; }

    /// <summary>Area under the ROC curve, estimated from 200 score bins; absent while only one answer occurs.</summary>
    [Id(3)]
    public double? Auc { get; init; }

    /// <summary>At threshold 0.5.</summary>
    [Id(4)]
    public double? Accuracy { get; init; }

    /// <summary>Share of the more frequent answer.</summary>
    [Id(5)]
    public double? MajorityShare { get; init; }

    /// <summary>Mean predicted probability minus the share of positive answers.</summary>
    [Id(6)]
    public double? Calibration { get; init; }
}
