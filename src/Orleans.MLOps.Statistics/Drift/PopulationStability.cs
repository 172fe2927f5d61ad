using Orleans.MLOps.Statistics.Sketches;

namespace Orleans.MLOps.Statistics.Drift;

/// <summary>
/// The population stability index between a reference and current data counted in the same bins: the sum over bins of
/// (current - reference) ln(current / reference) of the shares. A share below 0.0001, zero included, counts as 0.0001 (the others are not
/// rescaled), so an empty bin costs something finite. Missing values and unseen categories are bins like the others. A constant
/// reference has bins below, at and above its value and is reported as such, never as a silent zero.
/// </summary>
public static class PopulationStability
{
    /// <summary>The smallest share that enters the index: 0.0001.</summary>
    public const double ShareFloor = 0.0001;

    /// <summary>Rows needed on each side unless given: 500. With B bins chance alone gives about (B - 1)(1/n + 1/m).</summary>
    public const int DefaultMinimumRows = 500;

    /// <summary>Measures how far <paramref name="current"/> is from <paramref name="reference"/>.</summary>
    /// <param name="reference">Counts of the reference.</param>
    /// <param name="current">Counts of the current data, over the same bins.</param>
    /// <param name="minimumRows">Rows that each side must have, at least 1.</param>
    /// <exception cref="ArgumentException">The bins differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumRows"/> is below 1.</exception>
    public static PopulationStabilityResult Measure(Distribution reference, Distribution current, int minimumRows = DefaultMinimumRows)
    {
        ArgumentNullException.ThrowIfNull(reference);
        ArgumentNullException.ThrowIfNull(current);
        ArgumentOutOfRangeException.ThrowIfLessThan(minimumRows, 1);
        if (!reference.Bins.Matches(current.Bins))
            throw new ArgumentException("Reference and current data have different bins; count the current data in the reference's bins.", nameof(current));

        var enough = reference.Count >= minimumRows && current.Count >= minimumRows;
        var (value, largest) = enough ? Sum(reference, current) : (double.NaN, -1);
        var constant = reference.ConstantBin();
        var present = current.Count - current.Counts[current.Bins.MissingIndex];
        return new PopulationStabilityResult
        {
            Status = !enough ? PopulationStabilityStatus.NotEnoughData
                : constant >= 0 ? PopulationStabilityStatus.ConstantReference
                : PopulationStabilityStatus.Measured,
            Value = value,
            DepartedShare = enough && constant >= 0 && present > 0 ? 1 - (double)current.Counts[constant] / present : 0,
            LargestBin = largest,
            ReferenceRows = reference.Count,
            CurrentRows = current.Count,
        };
    }

    /// <summary>The index from shares that are known already.</summary>
    /// <exception cref="ArgumentException">The numbers of shares differ, or a share is not 0 to 1.</exception>
    public static double FromShares(ReadOnlySpan<double> reference, ReadOnlySpan<double> current)
    {
        if (reference.Length != current.Length)
            throw new ArgumentException($"{reference.Length} reference shares and {current.Length} current shares were given; there must be as many.", nameof(current));
        double sum = 0;
        for (var i = 0; i < reference.Length; i++)
        {
            if (!(reference[i] is >= 0 and <= 1) || !(current[i] is >= 0 and <= 1))
                throw new ArgumentException($"The shares of bin {i} are {reference[i]} and {current[i]}; allowed: 0 to 1.", nameof(current));
            sum += Term(reference[i], current[i]);
        }
        return sum;
    }

    private static (double Value, int LargestBin) Sum(Distribution reference, Distribution current)
    {
        double sum = 0, largest = -1;
        var bin = -1;
        for (var i = 0; i < reference.Counts.Length; i++)
        {
            var term = Term((double)reference.Counts[i] / reference.Count, (double)current.Counts[i] / current.Count);
            sum += term;
            if (term > largest)
                (largest, bin) = (term, i);
        }
        return (sum, bin);
    }

    private static double Term(double reference, double current)
    {
        var (r, c) = (Math.Max(reference, ShareFloor), Math.Max(current, ShareFloor));
        return (c - r) * Math.Log(c / r);
    }
}
