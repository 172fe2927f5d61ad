namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Settings of <see cref="PageHinkley"/>; the defaults are those of River 0.24.2.</summary>
public sealed record PageHinkleyOptions
{
    /// <summary>Values needed before the first test, at least 1. Default: 30.</summary>
    public int MinInstances { get; init; } = 30;

    /// <summary>Change of the mean that is tolerated, in units of the values, finite. Default: 0.005.</summary>
    public double Delta { get; init; } = 0.005;

    /// <summary>Height of the cumulative sum that fires, in units of the values, finite and above 0. Default: 50.</summary>
    public double Threshold { get; init; } = 50;

    /// <summary>Forgetting factor of the cumulative sums, above 0 up to 1. Default: 0.9999.</summary>
    public double Alpha { get; init; } = 1 - 0.0001;

    /// <summary>Which changes fire. Default: both.</summary>
    public PageHinkleyMode Mode { get; init; } = PageHinkleyMode.Both;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MinInstances, 1);
        if (!double.IsFinite(Delta))
            throw new ArgumentOutOfRangeException(nameof(Delta), Delta, "Delta must be finite.");
        if (!(Threshold > 0 && double.IsFinite(Threshold)))
            throw new ArgumentOutOfRangeException(nameof(Threshold), Threshold, "The threshold must be finite and above 0.");
        if (!(Alpha is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(Alpha), Alpha, "Alpha must be above 0, at most 1.");
        if (!Enum.IsDefined(Mode))
            throw new ArgumentOutOfRangeException(nameof(Mode), Mode, "The mode must be Both, Up or Down.");
    }
}
