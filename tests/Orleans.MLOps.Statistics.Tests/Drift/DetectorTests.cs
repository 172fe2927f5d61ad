using CsCheck;
using Orleans.MLOps.Statistics.Drift;
using Orleans.MLOps.Statistics.Random;

namespace Orleans.MLOps.Statistics.Tests.Drift;

public class DetectorTests
{
    private static double[] Step(int length, int change)
    {
        var random = new DeterministicRandom(17);
        return [.. Enumerable.Range(0, length).Select(i => random.NextDouble() + (i < change ? 0 : 0.8))];
    }

    [Fact]
    public void Update_NonFiniteValues_AreSkippedAndBlindNothing()
    {
        var (adwin, clean, test, cleanTest) = (new Adwin(), new Adwin(), new PageHinkley(), new PageHinkley());
        foreach (var value in Step(2000, 1000))
        {
            foreach (var bad in new[] { double.NaN, double.PositiveInfinity, -1e200 })
            {
                Assert.False(adwin.Update(bad));
                Assert.False(test.Update(bad));
            }
            Assert.Equal(clean.Update(value), adwin.Update(value));
            Assert.Equal(cleanTest.Update(value), test.Update(value));
        }
        Assert.Equal((6000, 6000), (adwin.SkippedCount, test.SkippedCount));
        Assert.Equal(1, adwin.DetectionCount);
        Assert.True(test.DetectionCount > 0);
    }

    [Fact]
    public void Read_AtAnyMoment_GoesOnAsIfNeverInterrupted() =>
        Gen.Int[0, 1999].Sample(
            stop =>
            {
                var (adwin, test) = (new Adwin(new AdwinOptions { Clock = 8, MaxBuckets = 3 }), new PageHinkley(new PageHinkleyOptions { Threshold = 5 }));
                var (adwinCopy, testCopy) = (adwin, test);
                var values = Step(2000, 1000);
                for (var i = 0; i < values.Length; i++)
                {
                    Assert.Equal(adwin.Update(values[i]), i <= stop ? adwin.DriftDetected : adwinCopy.Update(values[i]));
                    Assert.Equal(test.Update(values[i]), i <= stop ? test.DriftDetected : testCopy.Update(values[i]));
                    if (i == stop)
                        (adwinCopy, testCopy) = (Checkpoint.Copy(adwin.Write, Adwin.Read), Checkpoint.Copy(test.Write, PageHinkley.Read));
                }
                Assert.Equal(Checkpoint.Bytes(adwin.Write), Checkpoint.Bytes(adwinCopy.Write));
                Assert.Equal(Checkpoint.Bytes(test.Write), Checkpoint.Bytes(testCopy.Write));
            },
            iter: 40);

    [Fact]
    public void Read_DamagedState_IsRefused()
    {
        var (adwin, test) = (new Adwin(), new PageHinkley());
        foreach (var value in Step(300, 300))
        {
            adwin.Update(value);
            test.Update(value);
        }
        Checkpoint.RefusesDamage(Checkpoint.Bytes(adwin.Write), Adwin.Read);
        Checkpoint.RefusesDamage(Checkpoint.Bytes(test.Write), PageHinkley.Read);
    }

    [Fact]
    public void Update_ManyValues_AllocatesNothing()
    {
        var (adwin, test) = (new Adwin(), new PageHinkley());
        var values = Step(20_000, 10_000);
        adwin.Update(0.5);
        test.Update(0.5);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var value in values)
        {
            adwin.Update(value);
            test.Update(value);
        }
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Update_AfterAnAlarm_StartsWithAnEmptyWindow()
    {
        var adwin = new Adwin();
        foreach (var value in Step(2000, 1000).TakeWhile(value => !adwin.Update(value)))
            Assert.False(adwin.DriftDetected);
        Assert.True(adwin.DriftDetected);
        adwin.Update(1);
        Assert.Equal((1, false, 1.0), (adwin.Width, adwin.DriftDetected, adwin.Estimation));
    }

    [Fact]
    public void Constructor_OptionOutOfRange_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(new AdwinOptions { Delta = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(new AdwinOptions { Clock = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(new AdwinOptions { MaxBuckets = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageHinkley(new PageHinkleyOptions { Threshold = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageHinkley(new PageHinkleyOptions { Alpha = 0 }));
    }
}
