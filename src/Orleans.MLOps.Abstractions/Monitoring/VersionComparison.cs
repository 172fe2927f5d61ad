namespace Orleans.MLOps.Monitoring;

/// <summary>
/// Two versions side by side. The interval and the p-value hold however often one asks and whenever one stops (a confidence sequence), as long as
/// requests are spread over the versions at random: with sticky keys a key's requests are counted as if each were drawn by itself.
/// </summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.version-comparison")]
public sealed record VersionComparison
{
    /// <summary>Predictions asked from this time on count: the first whole hour since the endpoint serves with the shares it has now.</summary>
    [Id(0)]
    public DateTimeOffset From { get; init; }

    /// <summary>The version that is compared with.</summary>
    [Id(1)]
    public required VersionOutcome Baseline { get; init; }

    /// <summary>The version in question.</summary>
    [Id(2)]
    public required VersionOutcome Candidate { get; init; }

    /// <summary>Accuracy of the candidate less that of the baseline; absent with too few labels, as are the others.</summary>
    [Id(3)]
    public double? Difference { get; init; }

    /// <summary>Lower end of its interval.</summary>
    [Id(4)]
    public double? Low { get; init; }

    /// <summary>Upper end of its interval.</summary>
    [Id(5)]
    public double? High { get; init; }

    /// <summary>The always valid p-value of equal accuracies, 0 to 1.</summary>
    [Id(6)]
    public double? PValue { get; init; }

    /// <summary>What follows.</summary>
    [Id(7)]
    public ComparisonVerdict Verdict { get; init; }
}
