using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Learning.Tests.Training;

public sealed class ProgressMeterTests
{
    [Fact]
    public void Report_TwoIntervals_CoversOnlyItsOwnSteps()
    {
        var time = new FakeTimeProvider();
        var meter = new ProgressMeter(time, totalSteps: 9);
        meter.Add(epoch: 0, rows: 100, loss: 60, weight: 100);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(
            new TrainingProgress { Step = 1, TotalSteps = 9, Epoch = 0, MeanLoss = 0.6, SamplesPerSecond = 50 }, meter.Report(1, null));
        meter.Add(0, 100, 40, 100);
        meter.Add(1, 300, 30, 100);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(
            new TrainingProgress { Step = 3, TotalSteps = 9, Epoch = 1, MeanLoss = 0.35, SamplesPerSecond = 400, EvaluationLoss = 0.2 },
            meter.Report(3, 0.2));
        Assert.Equal(0.3, meter.EpochLoss);
        Assert.Equal(500 / 3.0, meter.OverallSamplesPerSecond, 1e-9);
    }
}
