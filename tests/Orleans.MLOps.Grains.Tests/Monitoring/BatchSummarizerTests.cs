using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Serving;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class BatchSummarizerTests
{
    private static readonly MonitoringReference Reference = MonitoringReference.FromBytes(MonitorSamples.ReferenceBytes());

    [Fact]
    public void Summarize_TwoHoursAndTwoVersions_CountsOnlyItsOwnByHour()
    {
        var batch = Batch([0, 59, 60, 61], [4, 5, 4, 4]);

        var panes = BatchSummarizer.Summarize(batch, MonitorSamples.Version, Reference.Layout);

        Assert.Equal([MonitorSamples.Begin.UtcTicks, MonitorSamples.Begin.AddHours(1).UtcTicks], panes.Keys);
        Assert.Equal([1, 2], panes.Values.Select(pane => (int)pane.Count));
        Assert.All(panes.Values, pane => Assert.All(pane.Inputs, input => Assert.Equal(pane.Count, input.Count)));
        Assert.Empty(BatchSummarizer.Summarize(batch, 6, Reference.Layout));
    }

    [Fact]
    public void Summarize_InputThatTheBatchLacks_CountsAsMissing()
    {
        var pane = Assert.Single(BatchSummarizer.Summarize(Batch([0], [4]), MonitorSamples.Version, Reference.Layout)).Value;

        var (x, c) = (pane.Inputs[0], pane.Inputs[1]);
        Assert.Equal(1, x.Counts[x.Bins.IndexOf(0.5)]);
        Assert.Equal(1, c.Counts[c.Bins.MissingIndex]);
    }

    [Fact]
    public void FromBytes_OfToBytes_IsTheSame()
    {
        var pane = Assert.Single(BatchSummarizer.Summarize(MonitorSamples.Hour(3), MonitorSamples.Version, Reference.Layout)).Value;
        var bytes = BatchSummarizer.ToBytes(pane);

        Assert.Equal(bytes, BatchSummarizer.ToBytes(BatchSummarizer.FromBytes(bytes, Reference.Layout)));
        Assert.Equal(MonitorSamples.RowsAnHour, BatchSummarizer.FromBytes(bytes, Reference.Layout).Count);
    }

    private static SealedBatch Batch(int[] minutes, int[] versions) => new()
    {
        Recorder = 1,
        Sequence = 1,
        Rows = minutes.Length,
        EventTimes = [.. minutes.Select(minute => ServingSamples.Microseconds(MonitorSamples.Begin.AddMinutes(minute)))],
        Versions = versions,
        Probabilities = [.. minutes.Select(_ => 0.5f)],
        Latencies = [.. minutes.Select(_ => 1f)],
        NumericNames = ["x"],
        Numeric = [[.. minutes.Select(_ => 0.5)]],
        CategoricalNames = [],
        Categorical = [],
        WindowKeys = null,
    };
}
