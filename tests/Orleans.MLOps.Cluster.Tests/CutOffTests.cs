using Npgsql;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Models;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>The first of three silos reaches the database over a link that the test cuts; the silos reach each other.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class CutOffTests : IAsyncLifetime
{
    private const int Calls = 12;

    private CutLink? _link;
    private TestCluster _cluster = null!;
    private Traffic _traffic = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(Connect, "all", "all", "all");
        _traffic = await Traffic.StartAsync(_cluster.Gateways, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _traffic?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (_link is not null)
        {
            await _link.DisposeAsync();
        }
    }

    [Fact]
    public async Task CutFromDatabase_WritesThereAreUnavailablePredictionsGoOnAndAllRecovers()
    {
        using var near = _traffic.Through(_cluster.Gateways[0]);
        var acknowledged = new List<long>();
        await using var readers = new SteadyPredictions(_traffic, _cluster.Gateways, Cancel);
        _link!.Cut();
        Assert.False(await TryAsync(() => near.PredictAsync(Traffic.Sure, Cancel)), "a prediction was stored over a cut link");
        for (var step = 1; step <= Calls; step++)
        {
            var number = step;
            if (await TryAsync(() => LogAsync(near.Client, number)))
            {
                acknowledged.Add(number);
            }
        }

        _link.Heal();
        await near.RecoverAsync(Cancel);
        readers.RequireAllAnswered();
        Assert.False(_cluster.Node(0).HasExited);
        await RequireStoredAsync(_traffic.Client, acknowledged, Calls);
    }

    [Fact]
    public async Task LateWrites_OfASiloDeclaredDead_ChangeNothing()
    {
        using var near = _traffic.Through(_cluster.Gateways[0]);
        using var far = _traffic.Through(_cluster.Gateways[1], _cluster.Gateways[2]);
        var acknowledged = new List<long>();

        // On their way to the database when their silo stops.
        _link!.Cut();
        var late = Enumerable.Range(1, Calls).Select(i => TryAsync(() => LogAsync(near.Client, i)))
            .Concat(Enumerable.Range(1, Calls).Select(i => TryAsync(() => MoveAsync(near.Client, i)))).ToArray();
        await Patience.UntilAsync("writes on the cut link", () => Task.FromResult(_link.Held), held => held > 0, Cancel);
        _cluster.Node(0).Signal(ServerProcess.Stop);
        await _cluster.WaitUntilDeadAsync(0);

        for (var i = 1; i <= Calls; i++)
        {
            var number = i;
            await Patience.UntilAsync("the survivors to take over", () => TryAsync(() => MoveAsync(far.Client, number)), done => done, Cancel);
            await Patience.UntilAsync("the survivors to log", () => TryAsync(() => LogAsync(far.Client, Calls + number)), done => done, Cancel);
            acknowledged.Add(Calls + number);
        }

        _link.Heal();
        _cluster.Node(0).Signal(ServerProcess.Continue);
        await _cluster.Node(0).WaitForExitAsync();
        await Task.WhenAll(late);

        var model = await far.Client.Models.GetAsync(Traffic.Hot, cancellationToken: Cancel);
        Assert.Equal(
            Enumerable.Range(1, Calls).Select(i => ($"late-{i}", (int?)1)).Order(),
            model.History.Where(move => move.Alias.StartsWith("late-", StringComparison.Ordinal)).Select(move => (move.Alias, move.To)).Order());
        await RequireStoredAsync(far.Client, acknowledged, 2 * Calls);

        await _cluster.StartNodeAsync(0);
        using var again = _traffic.Through(_cluster.Gateways[0]);
        await again.RecoverAsync(Cancel);
    }

    private string Connect(TestCluster cluster, int node)
    {
        if (node != 0)
        {
            return cluster.ConnectionString;
        }

        _link ??= new CutLink(cluster.Postgres.Port);
        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Port = _link.Port }.ConnectionString;
    }

    private Task LogAsync(IMlopsClient client, long step) => client.Experiments.LogAsync(
        _traffic.RunId, new LogBatch { Metrics = [new MetricPoint { Key = "cut", Step = step, Value = step }] }, Cancel);

    private static Task<ModelInfo> MoveAsync(IMlopsClient client, int number) => client.Models.SetAliasAsync(
        new SetAlias { Model = Traffic.Hot, Alias = $"late-{number}", Version = 1, OperationId = $"late-{number}" }, Cancel);

    /// <summary>Every acknowledged point once, every other at most once.</summary>
    private async Task RequireStoredAsync(IMlopsClient client, List<long> acknowledged, int most)
    {
        var history = await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = _traffic.RunId, Key = "cut" }, Cancel);
        var steps = history.Points.Select(point => point.Step).ToArray();
        Assert.Equal(steps.Length, steps.Distinct().Count());
        Assert.Empty(acknowledged.Except(steps));
        Assert.All(steps, step => Assert.InRange(step, 1, most));
    }

    private static async Task<bool> TryAsync(Func<Task> call)
    {
        try
        {
            await call();
            return true;
        }
        catch (Exception error) when (error is UnavailableException or TimeoutException)
        {
            return false;
        }
    }
}
