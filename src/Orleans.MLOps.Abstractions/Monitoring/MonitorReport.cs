namespace Orleans.MLOps.Monitoring;

/// <summary>What the monitor of one model version knows.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.monitor-report")]
public sealed record MonitorReport
{
    /// <summary>Key of the endpoint.</summary>
    [Id(0)]
    public required string Endpoint { get; init; }

    /// <summary>The version.</summary>
    [Id(1)]
    public int ModelVersion { get; init; }

    /// <summary>Predictions logged.</summary>
    [Id(2)]
    public long Predictions { get; init; }

    /// <summary>Labels joined.</summary>
    [Id(3)]
    public long Labelled { get; init; }

    /// <summary>Labels that came again.</summary>
    [Id(4)]
    public long RepeatedLabels { get; init; }

    /// <summary>Labels that changed their answer.</summary>
    [Id(5)]
    public long CorrectedLabels { get; init; }

    /// <summary>Labels without a logged prediction.</summary>
    [Id(6)]
    public long UnknownLabels { get; init; }

    /// <summary>Mean log loss of all labelled predictions.</summary>
    [Id(7)]
    public double? LogLoss { get; init; }

    /// <summary>Area under the ROC curve, estimated from 200 score bins.</summary>
    [Id(8)]
    public double? Auc { get; init; }

    /// <summary>At threshold 0.5.</summary>
    [Id(9)]
    public double? Accuracy { get; init; }

    /// <summary>Share of the more frequent answer.</summary>
    [Id(10)]
    public double? MajorityShare { get; init; }

    /// <summary>Median latency in milliseconds, in the silo.</summary>
    [Id(11)]
    public double? LatencyP50 { get; init; }

    /// <summary>99th percentile.</summary>
    [Id(12)]
    public double? LatencyP99 { get; init; }

    /// <summary>Drift of inputs and output over the window.</summary>
    [Id(13)]
    public FeatureDriftInfo[] Drift { get; init; } = [];

    /// <summary>Firings of raw ADWIN on the squared error; shown beside the trigger because a daily cycle makes it fire on most days.</summary>
    [Id(14)]
    public long AdwinFirings { get; init; }

    /// <summary>Alerts raised.</summary>
    [Id(15)]
    public long Alerts { get; init; }

    /// <summary>Latest time at which a folded label became known.</summary>
    [Id(16)]
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>Quality over the window of <see cref="MonitorOptions.Window"/>; the figures beside it count from the version's first answer.</summary>
    [Id(17)]
    public WindowQuality WindowQuality { get; init; } = new();
}
