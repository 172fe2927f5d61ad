using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What monitor options may be.</summary>
internal static class MonitorOptionsRules
{
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(90);

    public static void Validate(MonitorOptions options)
    {
        Require(options.QualityThreshold is > 0 and < double.PositiveInfinity, "quality_threshold", options.QualityThreshold, "a finite number above 0");
        Require(options.QualitySlack is >= 0 and < double.PositiveInfinity, "quality_slack", options.QualitySlack, "a finite number of at least 0");
        Require(options.PsiThreshold is > 0 and < double.PositiveInfinity, "psi_threshold", options.PsiThreshold, "a finite number above 0");
        Require(options.MinimumRows >= 1, "minimum_rows", options.MinimumRows, "at least 1");
        Require(options.CoolDown >= TimeSpan.Zero, "cool_down", options.CoolDown, "zero or longer");
        Require(options.MaximumAge is null || options.MaximumAge > TimeSpan.Zero, "maximum_age", options.MaximumAge ?? TimeSpan.Zero, "longer than zero, or absent");
        Require(
            options.Window > TimeSpan.Zero && options.Window <= LongestWindow && options.Window.Ticks % BatchSummarizer.PaneLength.Ticks == 0,
            "window",
            options.Window,
            $"whole hours up to {LongestWindow.Days} days");
    }

    private static void Require(bool holds, string field, object given, string allowed)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{field} is {given}; {allowed} is allowed.", field);
        }
    }
}
