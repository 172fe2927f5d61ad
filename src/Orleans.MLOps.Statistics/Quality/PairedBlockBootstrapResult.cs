namespace Orleans.MLOps.Statistics.Quality;

/// <summary>What <see cref="PairedBlockBootstrap"/> says of the mean difference of two losses (A minus B: above 0, B is better).</summary>
public sealed record PairedBlockBootstrapResult
{
    /// <summary>Whether there was evidence enough.</summary>
    public required PairedBlockBootstrapStatus Status { get; init; }

    /// <summary>Mean difference over all rows; NaN without rows.</summary>
    public required double MeanDifference { get; init; }

    /// <summary>One-sided 95 percent lower bound: above 0, B is better than A. NaN without evidence enough.</summary>
    public required double LowerBound { get; init; }

    /// <summary>One-sided 95 percent upper bound: below 0, A is better than B. NaN without evidence enough.</summary>
    public required double UpperBound { get; init; }

    /// <summary>Lower end of the two-sided 95 percent interval; NaN without evidence enough.</summary>
    public required double IntervalLow { get; init; }

    /// <summary>Upper end of the two-sided 95 percent interval; NaN without evidence enough.</summary>
    public required double IntervalHigh { get; init; }

    /// <summary>Days with rows.</summary>
    public required int Blocks { get; init; }

    /// <summary>Rows.</summary>
    public required long Rows { get; init; }
}
