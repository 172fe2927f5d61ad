using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class DurabilityTests
{
    [Fact]
    public async Task Log_SiloRestarted_EverythingAcknowledgedIsThere()
    {
        await using var platform = new PlatformFixture();
        await platform.InitializeAsync();
        var key = new RunKey(Guid.NewGuid().ToString("N"));
        var directory = platform.Grains.GetGrain<IExperimentDirectoryGrain>(new ExperimentDirectoryKey("default", "durable").ToString());
        var experiment = await directory.Create(new CreateExperiment { Name = "durable" });
        var run = platform.Grains.GetGrain<IRunGrain>(key.ToString());
        await run.Start(new StartRun { ExperimentId = experiment.ExperimentId });
        await run.Log(new LogBatch { Params = new() { ["p"] = "1" }, Metrics = [new MetricPoint { Key = "m", Value = double.NaN, Timestamp = DateTimeOffset.UnixEpoch }] });
        var before = await run.Get();

        await platform.RestartAsync();

        var after = await platform.Grains.GetGrain<IRunGrain>(key.ToString()).Get();
        Assert.Equal(before.StartedAt, after.StartedAt);
        Assert.Equal("1", after.Params["p"]);
        Assert.Equal(double.NaN, after.Metric("m"));
        Assert.Equal(experiment.Name, (await platform.Grains.GetGrain<IExperimentGrain>(new ExperimentKey(experiment.ExperimentId).ToString()).Get()).Name);
    }
}
