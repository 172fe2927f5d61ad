namespace Orleans.MLOps.Statistics.Quality;

/// <summary>What <see cref="SequentialComparison"/> says of two rates, b minus a.</summary>
public sealed record SequentialComparisonResult
{
    /// <summary>Difference of the observed rates; NaN with too few observations, as are the others.</summary>
    public required double Difference { get; init; }

    /// <summary>Lower end of the confidence sequence.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of the confidence sequence.</summary>
    public required double High { get; init; }

    /// <summary>The always valid p-value of no difference, 0 to 1: below alpha exactly when the interval leaves 0 out.</summary>
    public required double PValue { get; init; }
}
