namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

/// <summary>One fault of a plan.</summary>
/// <param name="Before">How long the cluster is left alone before.</param>
/// <param name="Kind">What happens.</param>
/// <param name="Node">To which node, where it happens to a node.</param>
/// <param name="Length">How long it lasts.</param>
internal sealed record Fault(TimeSpan Before, FaultKind Kind, int Node, TimeSpan Length)
{
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(4);

    /// <summary>An endless plan: every kind comes equally often, in an order and at moments drawn from the seed.</summary>
    public static IEnumerable<Fault> Plan(int seed, FaultKind[] kinds, int nodes)
    {
        var random = new Random(seed);
        while (true)
        {
            var round = kinds.ToArray();
            random.Shuffle(round);
            foreach (var kind in round)
            {
                var rest = ShortestRest + ((LongestRest - ShortestRest) * random.NextDouble());
                var (shortest, longest) = Lengths(kind);
                yield return new(rest, kind, random.Next(nodes), TimeSpan.FromSeconds(shortest + ((longest - shortest) * random.NextDouble())));
            }
        }
    }

    public override string ToString() => $"after {Before.TotalSeconds:f1} s {Kind} node {Node} for {Length.TotalSeconds:f1} s";

    /// <summary>In seconds. A silo that is silent for <see cref="FaultyCluster.DeathAfter"/> and a little more is declared dead; pauses and cuts end on either side of that.</summary>
    private static (double Shortest, double Longest) Lengths(FaultKind kind) => kind switch
    {
        FaultKind.PauseSilo => (0.5, 3),
        FaultKind.PauseSiloLong => (15, 18),
        FaultKind.CutFromSilos or FaultKind.CutFromDatabase or FaultKind.CutFromAll => (2, 18),
        FaultKind.SlowLinks or FaultKind.LossyLinks => (3, 8),
        FaultKind.PauseDatabase => (1, 6),
        _ => (0, 4),
    };
}
