using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Demo;

/// <summary>How the demo runs.</summary>
internal sealed record DemoOptions
{
    /// <summary>The node it starts.</summary>
    public required NodeOptions Node { get; init; }

    /// <summary>Seed of weights, order, dropout and bootstrap; the same seed gives the same table on any machine.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The replay ends before this instant; the end of the data by default.</summary>
    public DateTimeOffset Until { get; init; } = FlightFacts.End;

    /// <summary>Leave the node up after the table.</summary>
    public bool KeepRunning { get; init; }
}
