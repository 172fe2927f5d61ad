using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Cluster.Tests;

[Collection(TestCluster.OneAtATime)]
public sealed class SilosTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ListAsync_SilosOfSeveralRoles_ShowsThemAndShardsGoWhereTheyBelong()
    {
        await using var cluster = await TestCluster.StartAsync("gateway,serving", "training", "training");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = [cluster.Gateways[0]] });
        var silos = await Patience.UntilAsync("three silos", () => client.Silos.ListAsync(Cancel), found => Ready(found) == 3, Cancel);
        Assert.Equal(["gateway,serving", "training", "training"], silos.OrderBy(silo => cluster.NodeOf(silo.Address)).Select(silo => string.Join(',', silo.Roles)));
        Assert.All(silos, silo => Assert.Equal((Accelerator.Cpu, silo.TrainingSlots), (silo.Accelerator, silo.FreeTrainingSlots)));
        Assert.Equal(3, silos.Select(silo => silo.Name).Distinct().Count());

        var frame = await SampleData.PrepareAsync(client, Cancel);
        var trained = await SampleData.TrainAsync(client, SampleData.Job(frame, "roles", epochs: 2, seed: 1) with { Shards = 4 }, Cancel);
        Assert.Equal([1, 2], trained.Placement.Select(part => cluster.NodeOf(part.Silo)).Order());
        Assert.All(trained.Placement, part => Assert.Equal(2, part.Shards));

        var asking = await client.Training.StartAsync(SampleData.Job(frame, "cuda", epochs: 1, seed: 1) with { Accelerator = Accelerator.Cuda }, cancellationToken: Cancel);
        var waiting = await Patience.UntilAsync("the job to wait", () => client.Training.GetAsync(asking.JobId, Cancel), info => info.Reason is not null, Cancel);
        Assert.Equal(TrainingStatus.Queued, waiting.Status);
        Assert.Contains("accelerator=cuda", waiting.Reason, StringComparison.Ordinal);
        await client.Training.CancelAsync(asking.JobId, Cancel);

        cluster.Node(2).Signal(ServerProcess.Stop);
        await Patience.UntilAsync("the paused silo without its capacity", () => client.Silos.ListAsync(Cancel), found => found.Length == 3 && Ready(found) == 2, Cancel);
        await cluster.KillAsync(2);
        await Patience.UntilAsync("two silos", () => client.Silos.ListAsync(Cancel), found => found.Length == 2, Cancel);
    }

    private static int Ready(SiloInfo[] silos) => silos.Count(silo => silo is { State: SiloState.Active, TrainingSlots: > 0 });
}
