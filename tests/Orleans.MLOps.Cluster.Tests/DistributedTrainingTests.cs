using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>One job over three server processes must give the weights and the curve that it gives on one, whatever dies meanwhile.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class DistributedTrainingTests
{
    private const int Epochs = 120;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KillSiloOfShards_InTheMiddle_GoesOnOnTheSurvivorsToTheSameWeights() =>
        await RunAsync(placement => placement[^1], (cluster, node) => cluster.KillAsync(node));

    [Fact]
    public async Task KillCoordinator_InTheMiddle_ResumesToTheSameWeights() =>
        await RunAsync(placement => placement[0], (cluster, node) => cluster.KillAsync(node));

    [Fact]
    public async Task PauseSiloOfShards_InTheMiddle_GoesOnWithoutItToTheSameWeights() => await RunAsync(
        placement => placement[^1],
        (cluster, node) =>
        {
            cluster.Node(node).Signal(ServerProcess.Stop);
            return Task.CompletedTask;
        });

    private static async Task RunAsync(Func<ShardPlacement[], ShardPlacement> choose, Func<TestCluster, int, Task> harm)
    {
        await using var cluster = await TestCluster.StartAsync("all", "all", "all");
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = cluster.Gateways });
        var spec = Job(await SampleData.PrepareAsync(client, Cancel));
        var whole = await SampleData.TrainAsync(client, spec with { Shards = 1 }, Cancel);
        Assert.Single(whole.Placement);

        var job = await client.Training.StartAsync(spec, cancellationToken: Cancel);
        var running = await Patience.UntilAsync(
            "a checkpoint", () => client.Training.GetAsync(job.JobId, Cancel), info => info.CheckpointStep > 0 || info.EndedAt is not null, Cancel);
        Assert.Equal(TrainingStatus.Running, running.Status);
        Assert.Equal([0, 2, 3], running.Placement.Select(part => part.FirstRank));
        Assert.Equal(3, running.Placement.Select(part => cluster.NodeOf(part.Silo)).Distinct().Count());
        await harm(cluster, cluster.NodeOf(choose(running.Placement).Silo));

        var ended = await Patience.UntilAsync("the job's end", () => client.Training.GetAsync(job.JobId, Cancel), info => info.EndedAt is not null, Cancel);

        Assert.Equal((TrainingStatus.Completed, null), (ended.Status, ended.Reason));
        Assert.True(ended.Generation > 1 && ended.ResumedCount > 0, $"Generation {ended.Generation} ended it.");
        Assert.DoesNotContain(choose(running.Placement).Silo, ended.Placement.Select(part => part.Silo));
        Assert.Equal(whole.WeightsDigest, ended.WeightsDigest);
        Assert.Equal(whole.Metrics, ended.Metrics);
        Assert.Equal(await LossesAsync(client, whole.JobId), await LossesAsync(client, ended.JobId));
        Say($"generation {ended.Generation}: {string.Join(", ", ended.Placement.Select(part => $"{part.Silo} {part.FirstRank}+{part.Shards}"))}; {ended.WallSeconds:f1} s, undisturbed on one silo {whole.WallSeconds:f1} s");
    }

    private static TrainingJobSpec Job(FeatureFrame frame) =>
        SampleData.Job(frame, "spread", Epochs, seed: 7) with { Shards = 4, VirtualShards = 4, RegisterAs = null };

    private static async Task<(long Step, double Value)[]> LossesAsync(GrpcMlopsClient client, string job) =>
        [.. (await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = job, Key = "train_loss" }, Cancel)).Points.Select(point => (point.Step, point.Value))];

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
