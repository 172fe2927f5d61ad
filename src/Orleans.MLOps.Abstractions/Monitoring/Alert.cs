namespace Orleans.MLOps.Monitoring;

/// <summary>Something an endpoint's monitor found.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.alert")]
public sealed record Alert
{
    /// <summary>Names the alert.</summary>
    [Id(0)]
    public required string AlertId { get; init; }

    /// <summary>Key of the endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The version it is about.</summary>
    [Id(2)]
    public int ModelVersion { get; init; }

    /// <summary>What it is about.</summary>
    [Id(3)]
    public AlertKind Kind { get; init; }

    /// <summary>The input, for feature drift.</summary>
    [Id(4)]
    public string? Feature { get; init; }

    /// <summary>Event time.</summary>
    [Id(5)]
    public DateTimeOffset At { get; init; }

    /// <summary>The statistic.</summary>
    [Id(6)]
    public double Statistic { get; init; }

    /// <summary>What it exceeded.</summary>
    [Id(7)]
    public double Threshold { get; init; }

    /// <summary>The figures behind it, in words.</summary>
    [Id(8)]
    public required string Evidence { get; init; }

    /// <summary>Whether it asked for a retraining.</summary>
    [Id(9)]
    public bool RequestsRetraining { get; init; }
}
