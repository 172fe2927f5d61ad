using Orleans.MLOps.Statistics.Drift;

namespace Orleans.MLOps.Statistics.Tests.Drift;

public class RiverGoldenTests
{
    public static TheoryData<string> Streams => [.. GoldenFiles.Json("river_expected").EnumerateObject().Select(stream => stream.Name)];

    [Theory]
    [MemberData(nameof(Streams))]
    public void Adwin_GoldenStream_FiresAtRiversIndexes(string stream)
    {
        Assert.Equal(Expected(stream, "ADWIN"), Firings(stream, new Adwin().Update));
        Assert.Equal(Expected(stream, "ADWIN(delta=0.01,clock=1)"), Firings(stream, new Adwin(new AdwinOptions { Delta = 0.01, Clock = 1 }).Update));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void PageHinkley_GoldenStream_FiresAtRiversIndexes(string stream)
    {
        Assert.Equal(Expected(stream, "PageHinkley"), Firings(stream, new PageHinkley().Update));
        Assert.Equal(Expected(stream, "PageHinkley(mode=up)"), Firings(stream, new PageHinkley(new PageHinkleyOptions { Mode = PageHinkleyMode.Up }).Update));
        Assert.Equal(Expected(stream, "PageHinkley(mode=down)"), Firings(stream, new PageHinkley(new PageHinkleyOptions { Mode = PageHinkleyMode.Down }).Update));
    }

    [Fact]
    public void Adwin_GoldenTrace_HasRiversInnerState()
    {
        var adwin = new Adwin();
        var i = 0;
        var values = GoldenFiles.Stream("real_gauss_mean_0_1");
        foreach (var row in GoldenFiles.Csv("trace_adwin_real_gauss_mean_0_1"))
        {
            for (; i <= row[0]; i++)
                adwin.Update(values[i]);
            Assert.Equal(row[1] == 1, adwin.DriftDetected);
            Assert.Equal(row[2], adwin.Width);
            Assert.Equal(row[3], adwin.Total, 1e-9);
            Assert.Equal(row[4], adwin.SumOfSquaredDeviations, 1e-9 * row[4]);
            Assert.Equal(row[5], adwin.Estimation, 1e-12);
        }
    }

    [Fact]
    public void PageHinkley_GoldenTrace_HasRiversInnerState()
    {
        var test = new PageHinkley();
        var i = 0;
        var values = GoldenFiles.Stream("real_gauss_mean_0_1");
        foreach (var row in GoldenFiles.Csv("trace_pagehinkley_real_gauss_mean_0_1"))
        {
            for (; i <= row[0]; i++)
                test.Update(values[i]);
            var (increase, minIncrease, decrease, maxDecrease) = test.Sums;
            Assert.Equal(row[1] == 1, test.DriftDetected);
            Assert.Equal(row[2], test.Mean, 1e-12);
            Assert.Equal(row[3], increase, 1e-9);
            Assert.Equal(row[4], minIncrease, 1e-9);
            Assert.Equal(row[5], decrease, 1e-9);
            Assert.Equal(row[6], maxDecrease, 1e-9);
        }
    }

    private static int[] Expected(string stream, string detector) =>
        [.. GoldenFiles.Json("river_expected").GetProperty(stream).GetProperty(detector).EnumerateArray().Select(index => index.GetInt32())];

    private static int[] Firings(string stream, Func<double, bool> update) =>
        [.. GoldenFiles.Stream(stream).Select((value, i) => (Fired: update(value), i)).Where(step => step.Fired).Select(step => step.i)];
}
