using System.Diagnostics;

namespace Orleans.MLOps.Benchmarks.Load;

/// <summary>What one case measured.</summary>
internal sealed record Measurement(string Name, int Callers, double PerSecond, double P50, double P99)
{
    /// <summary>Milliseconds within which 95% of the calls ended.</summary>
    public double P95 { get; init; } = double.NaN;

    /// <param name="name">The case.</param>
    /// <param name="callers">Calls under way at any time.</param>
    /// <param name="seconds">How long it was measured.</param>
    /// <param name="ticks">How long each call took, in ticks of the stopwatch; sorted here.</param>
    /// <param name="unitsPerCall">What one call does, for the rate.</param>
    public static Measurement Of(string name, int callers, double seconds, List<long> ticks, int unitsPerCall = 1)
    {
        ticks.Sort();
        return new(name, callers, ticks.Count * (double)unitsPerCall / seconds, Milliseconds(ticks, 0.5), Milliseconds(ticks, 0.99)) { P95 = Milliseconds(ticks, 0.95) };
    }

    private static double Milliseconds(List<long> sorted, double quantile) =>
        sorted.Count == 0 ? double.NaN : sorted[(int)((sorted.Count - 1) * quantile)] * 1000.0 / Stopwatch.Frequency;
}
