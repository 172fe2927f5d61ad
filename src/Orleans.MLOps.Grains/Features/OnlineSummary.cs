namespace Orleans.MLOps.Grains.Features;

/// <summary>What online features hold in memory.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.online-summary")]
internal sealed record OnlineSummary
{
    /// <summary>Observations.</summary>
    [Id(0)]
    public long Observations { get; init; }

    /// <summary>Distinct windows over the versions in use.</summary>
    [Id(1)]
    public int Windows { get; init; }

    /// <summary>Availability of the newest observation.</summary>
    [Id(2)]
    public DateTimeOffset? Newest { get; init; }
}
