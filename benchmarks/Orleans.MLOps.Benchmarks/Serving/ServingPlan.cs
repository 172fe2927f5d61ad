namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>How long and how much is measured.</summary>
/// <param name="WarmUp">Load on every case before anything counts: servers compile what runs often anew while they serve.</param>
/// <param name="Duration">Load that counts, for each case and number of callers.</param>
/// <param name="Rounds">How often all of it is run; the fastest result counts.</param>
/// <param name="Models">Models of one silo.</param>
/// <param name="Cycles">Loads and unloads of a model.</param>
internal sealed record ServingPlan(TimeSpan WarmUp, TimeSpan Duration, int Rounds, int Models, int Cycles)
{
    public static ServingPlan Full { get; } = new(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2), 2, 1000, 500);

    /// <summary>Shows that everything runs; its figures say nothing.</summary>
    public static ServingPlan Smoke { get; } = new(TimeSpan.FromSeconds(0.3), TimeSpan.FromSeconds(0.3), 1, 20, 20);

    /// <summary>Callers at the same time.</summary>
    public int[] Callers { get; } = [1, 16, 64];
}
