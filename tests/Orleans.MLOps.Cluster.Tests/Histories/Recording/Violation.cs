namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

internal enum ViolationKind
{
    /// <summary>Acknowledged, but not there.</summary>
    Lost,

    /// <summary>There more often than it was done.</summary>
    Doubled,

    /// <summary>Anything else that the platform must not do.</summary>
    Wrong,
}

/// <summary>A promise that was not kept.</summary>
internal sealed record Violation(ViolationKind Kind, string Workload, string What)
{
    /// <summary>How many operations it concerns.</summary>
    public long Count { get; init; } = 1;

    public override string ToString() => $"{Kind} x{Count} in {Workload}: {What}";
}
