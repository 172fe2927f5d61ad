using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests;

[Collection(TestCluster.OneAtATime)]
public sealed class KillTests
{
    private const int KillsEach = 1;

    private readonly int _seed = DurabilitySeed.Take();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>To replay a run: set the variable to the seed that it printed.</summary>
    [Fact]
    public async Task KillOneOfThreeSilos_AtSeededMoments_NothingAcknowledgedIsLostOrDoubled()
    {
        Say($"{DurabilitySeed.Variable}={_seed}");
        var random = new Random(_seed);
        var (tracking, ingest, training) = (new TrackingDriver(_seed), new IngestDriver(_seed), new TrainingDriver(_seed));
        var (promotion, labels, retraining) = (new PromotionDriver(_seed), new LabelDriver(_seed), new RetrainingDriver(_seed));
        Driver[] drivers = [tracking, ingest, training, promotion, labels, retraining];
        await using var cluster = await TestCluster.StartAsync("all", "all", "all");
        await using (var first = new ClusterLife(cluster))
        {
            var frame = await SampleData.PrepareAsync(first.Client, Cancel);
            await Task.WhenAll(
                tracking.PrepareAsync(first.Client), training.PrepareAsync(first.Client, frame),
                promotion.PrepareAsync(first.Client, frame), LabelDriver.PrepareAsync(first.Client, frame));
        }

        foreach (var plan in KillPlan.Draw(_seed, KillsEach, (ingest.Name, 3, 60), (training.Name, 1, 300), (promotion.Name, 20, 10), (labels.Name, 30, 10)))
        {
            var victim = random.Next(cluster.Size);
            await using var life = new ClusterLife(cluster);
            await LiveAndKillAsync(life, drivers, plan, victim);
            await Task.WhenAll(drivers.Select(driver => driver.VerifyAsync(life.Client)));
            Say(string.Join("; ", drivers.Select(driver => driver.Summary)));
            await cluster.StartNodeAsync(victim);
        }

        await using var last = new ClusterLife(cluster);
        await training.FinishAsync(last.Client);
        await retraining.FinishAsync(last.Client);
    }

    /// <summary>All drivers work; one silo is killed at the plan's moment, and the survivors go on.</summary>
    private static async Task LiveAndKillAsync(ClusterLife life, Driver[] drivers, KillPlan plan, int victim)
    {
        var moment = drivers.Single(driver => driver.Name == plan.Driver).WhenBegunAsync(plan.Operation);
        Task[] work = [.. drivers.Select(driver => driver.RunAsync(life))];
        if (await Task.WhenAny([moment, .. work]) == moment)
        {
            await Task.WhenAny([Task.Delay(plan.After, Cancel), .. work]);
        }

        await life.KillAsync(victim);
        await Patience.ForAsync("the drivers to notice the kill", Task.WhenAll(work), Cancel);
        Say($"killed silo {victim} {plan}");
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
