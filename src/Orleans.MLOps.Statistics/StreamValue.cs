namespace Orleans.MLOps.Statistics;

/// <summary>Which values may enter sums of squares that live for ever: beyond the limit one value would turn them infinite.</summary>
internal static class StreamValue
{
    public const double Largest = 1e100;

    public static bool IsUsable(double value) => Math.Abs(value) <= Largest;
}
