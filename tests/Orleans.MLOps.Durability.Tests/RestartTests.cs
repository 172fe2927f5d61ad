using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Durability.Tests;

public sealed class RestartTests : IDisposable
{
    private const int KillsEach = 5;

    private readonly TemporaryFolder _folder = new();
    private readonly int _seed = DurabilitySeed.Take();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    /// <summary>To replay a run: set the variable to the seed that it printed.</summary>
    [Fact]
    public async Task KillAndRestart_AtSeededMoments_NothingAcknowledgedIsLostOrDoubled()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Say($"{DurabilitySeed.Variable}={_seed}");
        var (tracking, ingest, training) = (new TrackingDriver(_seed), new IngestDriver(_seed), new TrainingDriver(_seed));
        var (promotion, labels, retraining) = (new PromotionDriver(_seed), new LabelDriver(_seed), new RetrainingDriver(_seed));
        Driver[] drivers = [tracking, ingest, training, promotion, labels, retraining];
        var life = await NodeLife.BeginAsync(_folder.Path);
        try
        {
            var frame = await SampleData.PrepareAsync(life.Client, Cancel);
            await Task.WhenAll(
                tracking.PrepareAsync(life.Client), training.PrepareAsync(life.Client, frame),
                promotion.PrepareAsync(life.Client, frame), LabelDriver.PrepareAsync(life.Client, frame));
            foreach (var plan in KillPlan.Draw(_seed, KillsEach, (ingest.Name, 3, 60), (training.Name, 1, 300), (promotion.Name, 20, 10), (labels.Name, 30, 10)))
            {
                await LiveAndDieAsync(life, drivers, plan);
                await life.DisposeAsync();
                life = await NodeLife.BeginAsync(_folder.Path);
                await VerifyAsync(life, drivers);
            }

            await training.FinishAsync(life.Client);
            await retraining.FinishAsync(life.Client);
        }
        finally
        {
            await life.DisposeAsync();
        }

        Assert.All(new Driver[] { ingest, training, promotion, labels }, driver => Assert.True(driver.Interrupted >= 3, $"Only {driver.Interrupted} kills came during {driver.Name}."));
        Assert.True(training.Resumed > 0, "No training job went on from a checkpoint.");
    }

    /// <summary>All drivers work; the node is killed at the plan's moment.</summary>
    private static async Task LiveAndDieAsync(NodeLife life, Driver[] drivers, KillPlan plan)
    {
        var moment = drivers.Single(driver => driver.Name == plan.Driver).WhenBegunAsync(plan.Operation);
        Task[] work = [.. drivers.Select(driver => driver.RunAsync(life))];
        if (await Task.WhenAny([moment, .. work]) == moment)
        {
            await Task.WhenAny([Task.Delay(plan.After, Cancel), .. work]);
        }

        await life.KillAsync();
        await Patience.ForAsync("the drivers to notice the kill", Task.WhenAll(work), Cancel);
        Say($"killed {plan}");
    }

    private static async Task VerifyAsync(NodeLife life, Driver[] drivers)
    {
        await Task.WhenAll(drivers.Select(driver => driver.VerifyAsync(life.Client)));
        Say(string.Join("; ", drivers.Select(driver => driver.Summary)));
    }

    private static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
}
