using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Client.Experiments.Capture;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Tests.Experiments.Capture;

public sealed class SystemSamplerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_EachTick_SamplesAllUnderTheNextStepUntilItIsEnded()
    {
        var (record, clock) = (new CapturedRecord(), new FakeTimeProvider());
        await using var logger = MetricLogger.Open(record.Client(), "r");
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var sampling = new SystemSampler(logger, clock).RunAsync(TimeSpan.FromSeconds(10), ending.Token);
        for (var step = 0; step < 3; step++)
        {
            var before = logger.Accepted;
            clock.Advance(TimeSpan.FromSeconds(10));
            while (logger.Accepted < before + 3)
            {
                await Task.Yield();
            }
        }

        await ending.CancelAsync();
        await sampling;
        await logger.FlushAsync(Token);

        foreach (var key in new[] { "system/cpu_utilization_percentage", "system/process_memory_megabytes", "system/system_memory_usage_megabytes" })
        {
            var points = record.Points.Where(point => point.Key == key).ToArray();
            Assert.Equal([0, 1, 2], points.Select(point => point.Step));
            Assert.All(points, point => Assert.True(point.Value >= 0 && double.IsFinite(point.Value), $"{key} is {point.Value}"));
        }
    }

    [Fact]
    public async Task RunAsync_OfTheSdk_SamplesBesideTheBody()
    {
        var (record, clock) = (new CapturedRecord(), new FakeTimeProvider());

        await record.Client().RunAsync(
            "mine",
            "config",
            async (_, token) =>
            {
                while (record.Points.IsEmpty)
                {
                    clock.Advance(TimeSpan.FromSeconds(1));
                    await Task.Yield();
                }

                return 1;
            },
            new CaptureOptions { SampleEvery = TimeSpan.FromSeconds(10), Clock = clock, RecordingTimeout = TimeSpan.FromDays(1) },
            Token);

        Assert.Contains("system/process_memory_megabytes", record.Points.Select(point => point.Key));
    }
}
