namespace Orleans.MLOps.Statistics.Quality;

/// <summary>
/// Compares the success rates of two arms that get their traffic at random at the same time, and may be asked after every observation: the
/// chance that the interval ever misses the true difference is at most alpha, however often one looks and whenever one stops.
/// Source: the two-sided normal mixture boundary (Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform, nonparametric,
/// nonasymptotic confidence sequences", 2021, equation 14), with the variance estimated from the data, which makes it valid asymptotically
/// (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", 2024). The
/// mixture is tuned to be narrowest at 5,000 observations of both arms together; that choice moves no guarantee.
/// </summary>
public static class SequentialComparison
{
    /// <summary>Observations that each arm needs before its variance is trusted.</summary>
    public const long MinimumObservations = 100;

    private const double TunedFor = 5_000;

    /// <summary>What is known of the difference of the rates, b minus a.</summary>
    /// <param name="observationsA">Observations of arm a, 0 or more.</param>
    /// <param name="successesA">Successes among them.</param>
    /// <param name="observationsB">Observations of arm b, 0 or more.</param>
    /// <param name="successesB">Successes among them.</param>
    /// <param name="alpha">Chance of a wrong verdict, above 0 and at most 0.5.</param>
    /// <returns>The interval and the always valid p-value; NaN where an arm has fewer than <see cref="MinimumObservations"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count or alpha outside its range.</exception>
    public static SequentialComparisonResult Compare(long observationsA, long successesA, long observationsB, long successesB, double alpha)
    {
        RequireCounts(observationsA, successesA, nameof(successesA));
        RequireCounts(observationsB, successesB, nameof(successesB));
        if (alpha is not (> 0 and <= 0.5))
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha must be above 0 and at most 0.5.");
        if (observationsA < MinimumObservations || observationsB < MinimumObservations)
            return new SequentialComparisonResult { Difference = double.NaN, Low = double.NaN, High = double.NaN, PValue = double.NaN };
        var difference = (successesB / (double)observationsB) - (successesA / (double)observationsA);
        var (varianceA, varianceB) = (Variance(observationsA, successesA), Variance(observationsB, successesB));
        var squaredError = (varianceA / observationsA) + (varianceB / observationsB);

        // The score's own time: how much is known, which is what the boundary grows with.
        var information = 1 / squaredError;
        var tuned = TunedFor / (2 * (varianceA + varianceB)) / OptimalRatio(alpha);
        var radius = squaredError * Math.Sqrt((information + tuned) * Math.Log((information + tuned) / (tuned * alpha * alpha)));
        var score = difference * information;
        var pValue = Math.Sqrt((information + tuned) / tuned) * Math.Exp(-score * score / (2 * (information + tuned)));
        return new SequentialComparisonResult
        {
            Difference = difference,
            Low = Math.Max(-1, difference - radius),
            High = Math.Min(1, difference + radius),
            PValue = Math.Min(1, pValue),
        };
    }

    /// <summary>The variance of one observation, drawn to that of an even coin by two imagined ones: an arm without failures is not known without doubt.</summary>
    private static double Variance(long observations, long successes)
    {
        var rate = (successes + 1) / (observations + 2.0);
        return rate * (1 - rate);
    }

    /// <summary>How far the tuned time lies above the mixture's precision: -W(-alpha^2 / e) - 1 of the lower branch of Lambert's W (Howard et al., proposition 3), by fixed point.</summary>
    private static double OptimalRatio(double alpha)
    {
        var target = 1 - (2 * Math.Log(alpha));
        var x = target;
        for (var i = 0; i < 60; i++)
            x = target + Math.Log(x);
        return x - 1;
    }

    private static void RequireCounts(long observations, long successes, string name)
    {
        if (observations < 0 || successes < 0 || successes > observations)
            throw new ArgumentOutOfRangeException(name, successes, $"Successes must be 0 to the {observations} observations.");
    }
}
