using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Monitoring;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

public sealed class FrameColumnsTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Add_LabelledRows_KeepFeaturesAsServed()
    {
        var (first, second) = (MonitorSamples.Hour(0), MonitorSamples.Hour(1));
        var answers = new Dictionary<(uint, long, int), (byte, long)> { [(1, 1, 3)] = (1, 100), [(1, 2, 0)] = (0, 200), [(9, 1, 0)] = (1, 300) };
        var columns = new FrameColumns(["x", "missing"], ["c", "gone"]);
        columns.Add(first, answers);
        columns.Add(second, answers);

        var frame = await ReadAsync(columns);

        Assert.Equal((2, new[] { 100L, 200L }, new[] { 1f, 0f }), (frame.Rows, frame.AvailableAt, frame.Labels), Same);
        Assert.Equal([first.EventTimes[3], second.EventTimes[0]], frame.EventTimes);
        Assert.Equal([first.Numeric[0][3], second.Numeric[0][0]], frame.Numeric[0]);
        Assert.Equal([double.NaN, double.NaN], frame.Numeric[1]);
        Assert.Equal([first.Categorical[0][3], second.Categorical[0][0]], frame.Categorical[0]);
        Assert.Equal(["", ""], frame.Categorical[1]);
    }

    private static bool Same((int Rows, long[] Times, float[] Labels) left, (int Rows, long[] Times, float[] Labels) right) =>
        left.Rows == right.Rows && left.Times.SequenceEqual(right.Times) && left.Labels.SequenceEqual(right.Labels);

    private async Task<FrameData> ReadAsync(FrameColumns columns)
    {
        var path = Path.Combine(platform.Folder, "frame.parquet");
        await platform.Services.GetRequiredService<AnalyticsEngine>().WriteColumnsAsync(columns.ToColumns(), [], ["event_time", "row_id"], path);
        var blob = await platform.Services.GetRequiredService<IBlobStore>().WriteAsync(await File.ReadAllBytesAsync(path));
        return await platform.Services.GetRequiredService<FrameReader>().ReadAsync(blob.Digest, ["x", "missing"], ["c", "gone"], CancellationToken.None);
    }
}
