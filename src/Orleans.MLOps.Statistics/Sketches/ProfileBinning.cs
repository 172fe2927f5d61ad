namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>Turns a profile into counts in fixed bins.</summary>
internal static class ProfileBinning
{
    public static Distribution Numeric(ColumnProfile profile, int bins)
    {
        Check(bins);
        var sketch = profile.Quantiles!;
        if (profile.IsConstant)
            return Constant(profile);

        var edges = new List<double>();
        var counts = new List<long>();
        var share = (double)sketch.Count / bins;
        long before = 0, open = 0;
        var (target, lastUpper) = (share, double.NaN);
        foreach (var (upper, count) in sketch.AscendingBins())
        {
            var heavy = count >= share;
            if (heavy && open > 0)
                Close(lastUpper);
            open += count;
            // Without its own edge the last bin stays open to the right, so that a new largest value is no new bin.
            if (before + open >= target && (heavy || before + open < sketch.Count))
                Close(upper);
            lastUpper = upper;
        }
        counts.Add(open + profile.PositiveInfinityCount);
        counts[0] += profile.NegativeInfinityCount;
        counts.Add(profile.NullCount + profile.NaNCount);
        return new Distribution(DistributionBins.ForNumbers(edges), counts);

        void Close(double edge)
        {
            edges.Add(edge);
            counts.Add(open);
            before += open;
            open = 0;
            target = (Math.Floor(before / share) + 1) * share;
        }
    }

    public static Distribution Text(ColumnProfile profile, int ownCategories)
    {
        Check(ownCategories);
        var sketch = profile.Frequencies!;
        var ranked = sketch.Top();
        var own = ranked.Take(ownCategories).ToList();
        var pooled = ranked.Skip(ownCategories).ToList();
        var bins = DistributionBins.ForTexts(own.Select(pair => pair.Key), pooled.Select(pair => pair.Key));
        long[] counts = [.. own.Select(pair => pair.Value), pooled.Sum(pair => pair.Value), sketch.OtherCount, profile.NullCount];
        return new Distribution(bins, counts);
    }

    private static Distribution Constant(ColumnProfile profile)
    {
        var value = profile.Min;
        var bins = value == double.MinValue ? DistributionBins.ForNumbers([value]) : DistributionBins.ForNumbers([Math.BitDecrement(value), value]);
        var counts = new long[bins.Count];
        counts[bins.IndexOf(value)] = profile.ValueCount;
        counts[bins.MissingIndex] = profile.NullCount + profile.NaNCount;
        return new Distribution(bins, counts);
    }

    private static void Check(int bins)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, 1000);
    }
}
