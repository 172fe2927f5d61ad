using Orleans.MLOps.Cluster.Tests.Histories.BrokenStore;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Cluster.Tests.Histories.Workloads;
using Orleans.MLOps.Cluster.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories;

/// <summary>The same workloads and checks as on a real cluster, on a store that breaks its promise exactly once.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class BrokenStoreTests
{
    private const int Operations = 200;
    private const string Points = "metric_points";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Check_WholeStore_ReportsNothing() => Assert.Empty(await RunAsync(Breakage.None, Points));

    [Fact]
    public async Task Check_AcknowledgedPointsDropped_ReportsOneLost()
    {
        var violation = Assert.Single(await RunAsync(Breakage.Drop, Points));

        Assert.Equal(("metrics", ViolationKind.Lost), (violation.Workload, violation.Kind));
    }

    [Fact]
    public async Task Check_PointsWrittenTwice_ReportsOneDoubled()
    {
        var violations = await RunAsync(Breakage.Double, Points);

        Assert.Equal(("metrics", ViolationKind.Doubled), (violations[0].Workload, violations[0].Kind));
        Assert.Single(violations, violation => violation.Kind == ViolationKind.Doubled);
    }

    [Fact]
    public async Task Check_TwoWritesSwapped_ReportsTheirOrder()
    {
        var violations = await RunAsync(Breakage.Swap, Points);

        Assert.NotEmpty(violations);
        Assert.All(violations, violation => Assert.Equal(("metrics", ViolationKind.Wrong), (violation.Workload, violation.Kind)));
    }

    [Fact]
    public async Task Check_AcknowledgedParamDropped_ReportsItLost() =>
        Assert.Contains(await RunAsync(Breakage.Drop, "params"), violation => violation is { Workload: "run fields", Kind: ViolationKind.Lost });

    [Fact]
    public async Task Check_NothingAcknowledged_ReportsIt()
    {
        await using var node = await BrokenNode.StartAsync(Breakage.None, Points, Cancel);
        var run = new WorkloadRun(seed: 5, [new MetricsWorkload()]);
        await run.PrepareAsync(node.Client, Cancel);

        var violation = Assert.Single(await run.CheckAsync(node.Client, Cancel));

        Assert.Equal(("metrics", ViolationKind.Wrong), (violation.Workload, violation.Kind));
    }

    private static async Task<IReadOnlyList<Violation>> RunAsync(Breakage breakage, string table)
    {
        await using var node = await BrokenNode.StartAsync(breakage, table, Cancel);
        var run = new WorkloadRun(seed: 5, [new MetricsWorkload(), new RunFieldsWorkload()]);
        await run.PrepareAsync(node.Client, Cancel);
        await run.WorkAsync((_, _) => node.Client, () => run.History.Count >= Operations * 2, Cancel);
        return await run.CheckAsync(node.Client, Cancel);
    }
}
