namespace Orleans.MLOps.Monitoring;

/// <summary>How an endpoint is monitored.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.monitor-options")]
public sealed record MonitorOptions
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>CUSUM threshold in standard deviations of the daily residual; default 4.</summary>
    [Id(2)]
    public double QualityThreshold { get; init; } = 4;

    /// <summary>CUSUM slack in the same unit; default 0.5.</summary>
    [Id(3)]
    public double QualitySlack { get; init; } = 0.5;

    /// <summary>PSI above which a distribution has drifted; default 0.25.</summary>
    [Id(4)]
    public double PsiThreshold { get; init; } = 0.25;

    /// <summary>Window of the distributions; default 7 days.</summary>
    [Id(5)]
    public TimeSpan Window { get; init; } = TimeSpan.Parse("7.00:00:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Event time between alerts of one kind; default 3 days.</summary>
    [Id(6)]
    public TimeSpan CoolDown { get; init; } = TimeSpan.Parse("3.00:00:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Fewer rows give no verdict; default 500.</summary>
    [Id(7)]
    public int MinimumRows { get; init; } = 500;

    /// <summary>The kinds that ask for a retraining; default QualityDrift, CalibrationDrift and ModelAge.</summary>
    [Id(8)]
    public AlertKind[] RetrainOn { get; init; } = [AlertKind.QualityDrift, AlertKind.CalibrationDrift, AlertKind.ModelAge];

    /// <summary>Event time after which a version that still serves raises <see cref="AlertKind.ModelAge"/>, and again after as long; never if absent.</summary>
    [Id(9)]
    public TimeSpan? MaximumAge { get; init; }
}
