namespace Orleans.MLOps.Statistics.Drift;

/// <summary>Settings of <see cref="SeasonalLossTrigger"/>.</summary>
public sealed record SeasonalLossTriggerOptions
{
    /// <summary>Labels below which a closed day is skipped, at least 1. Default: 100 (the mean of fewer is mostly noise).</summary>
    public int MinimumLabels { get; init; } = SeasonalLossReference.DefaultMinimumLabels;

    /// <summary>Which changes of the loss fire. Default: rises.</summary>
    public CusumSide Side { get; init; } = CusumSide.Upper;

    /// <summary>Slack of the CUSUM, in standard deviations of the daily mean residual. Default: 0.5.</summary>
    public double Slack { get; init; } = DailyBlockCusum.DefaultSlack;

    /// <summary>Threshold of the CUSUM, in standard deviations of the daily mean residual. Default: 4.</summary>
    public double Threshold { get; init; } = DailyBlockCusum.DefaultThreshold;
}
