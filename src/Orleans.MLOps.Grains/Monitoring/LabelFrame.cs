namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Labels that became durable together, numbered without gaps in commit order.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.label-frame")]
internal sealed class LabelFrame
{
    /// <summary>Counts the endpoint's frames from 1.</summary>
    [Id(0)]
    public required long Number { get; init; }

    [Id(1)]
    public required LabelRow[] Rows { get; init; }

    /// <summary>Key of the feature view whose windows the first answers go to, now or when their predictions are sealed; null without windows.</summary>
    [Id(2)]
    public string? View { get; init; }
}
