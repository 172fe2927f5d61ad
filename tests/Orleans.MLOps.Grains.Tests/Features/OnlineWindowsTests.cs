using CsCheck;
using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;

namespace Orleans.MLOps.Grains.Tests.Features;

public sealed class OnlineWindowsTests
{
    private const long Second = 1_000_000;

    private static readonly WindowFeature[] Windows =
    [
        Window("mean", WindowAggregate.Mean, 10),
        Window("sum", WindowAggregate.Sum, 10),
        Window("count", WindowAggregate.Count, 60),
    ];

    [Fact]
    public void Evaluate_EdgesOfTheInterval_AreInside()
    {
        var windows = new OnlineWindows(Windows);
        windows.Observe("a", 1, 0);
        windows.Observe("a", 0, 10 * Second);
        windows.Observe("a", 1, (10 * Second) + 1);
        Assert.Equal([0.5, 1, 2], Evaluate(windows, "a", 10 * Second));
        Assert.Equal([0.5, 1, 3], Evaluate(windows, "a", (10 * Second) + 1));
        Assert.Equal([1, 1, 1], Evaluate(windows, "a", 0));
        Assert.Equal([double.NaN, 0, 0], Evaluate(windows, "a", -1));
    }

    [Fact]
    public void Evaluate_UnknownOrMissingKey_IsEmpty()
    {
        var windows = new OnlineWindows(Windows);
        Assert.False(windows.Observe("", 1, 0));
        Assert.Equal([double.NaN, 0, 0], Evaluate(windows, "", 0));
        Assert.Equal([double.NaN, 0, 0], Evaluate(windows, "never", 0));
    }

    [Fact]
    public void Observe_OlderThanWhatIsKept_IsIgnored()
    {
        var windows = new OnlineWindows(Windows);
        windows.Observe("a", 1, windows.Retention + 1);
        Assert.False(windows.Observe("a", 1, 0));
        Assert.True(windows.Observe("a", 1, 1));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Observe_NotFinite_Throws(double value) => Assert.Throws<ArgumentException>(() => new OnlineWindows(Windows).Observe("a", value, 0));

    [Fact]
    public void Observe_LongStream_KeepsOnlyWhatWindowsNeed()
    {
        var windows = new OnlineWindows(Windows);
        for (var i = 0L; i < 200_000; i++)
        {
            windows.Observe($"key{i % 100_000 / 1000}", i % 2, i * Second);
        }

        Assert.InRange(windows.Observations, windows.Retention / Second, (windows.Retention / Second) + 10_000);
    }

    [Fact]
    public void Evaluate_ObservationsInAnyOrder_EqualsTheDefinition() =>
        Gen.Select(Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Long[0, 120]).Array[0, 200], Gen.Long[0, 130]).Sample((observations, at) =>
        {
            var windows = new OnlineWindows(Windows);
            foreach (var (key, late, time) in observations)
            {
                windows.Observe($"k{key}", late ? 1 : 0, time * Second);
            }

            for (var key = 0; key < 3; key++)
            {
                Assert.Equal(Expected(observations, key, at), Evaluate(windows, $"k{key}", at * Second));
            }
        });

    [Fact]
    public void Read_WhatWriteWrote_EvaluatesTheSame() =>
        Gen.Select(Gen.Int[0, 2], Gen.Bool, Gen.Long[0, 8000]).Array[0, 200].Sample(observations =>
        {
            var windows = new OnlineWindows(Windows);
            foreach (var (key, late, time) in observations)
            {
                windows.Observe($"k{key}", late ? 1 : 0, time * Second);
            }

            var bytes = Bytes(windows);
            var read = OnlineWindows.Read(new BinaryReader(new MemoryStream(bytes)), Windows);
            Assert.Equal(windows.Newest, read.Newest);
            Assert.Equal(bytes, Bytes(read));
            for (var at = 0L; at < 8100; at += 300)
            {
                Assert.Equal(Evaluate(windows, "k1", at * Second), Evaluate(read, "k1", at * Second));
            }
        });

    [Fact]
    public void Read_LongerWindowsThanStored_Throws()
    {
        var bytes = Bytes(new OnlineWindows(Windows));
        Assert.Throws<InvalidDataException>(() => OnlineWindows.Read(new BinaryReader(new MemoryStream(bytes)), [Window("long", WindowAggregate.Mean, 61)]));
    }

    [Fact]
    public void Apply_ObservationsAndQueriesOutOfOrder_AreMergedByTime()
    {
        var windows = new OnlineWindows(Windows);
        var values = new double[6];
        var request = new OnlineRequest
        {
            ObservationKeys = ["a", "a", "a"],
            ObservationValues = [1, 0, 1],
            ObservedAt = [5 * Second, 3 * Second, 20_000 * Second],
            QueryKeys = ["a", "a"],
            QueryAt = [5 * Second, 4 * Second],
        };
        Assert.Equal(0, OnlineMerge.Apply(windows, request, values));
        Assert.Equal([0.5, 1, 2, 0, 0, 1], values);
    }

    internal static WindowFeature Window(string name, WindowAggregate aggregate, int seconds) =>
        new() { Name = name, Aggregate = aggregate, Column = "late", Key = "origin", Length = TimeSpan.FromSeconds(seconds) };

    private static double[] Expected((int Key, bool Late, long Time)[] observations, int key, long at)
    {
        var near = observations.Where(one => one.Key == key && one.Time >= at - 10 && one.Time <= at).ToArray();
        var sum = near.Count(one => one.Late);
        return [near.Length == 0 ? double.NaN : (double)sum / near.Length, sum, observations.Count(one => one.Key == key && one.Time >= at - 60 && one.Time <= at)];
    }

    private static double[] Evaluate(OnlineWindows windows, string key, long at)
    {
        var values = new double[windows.Count];
        windows.Evaluate(key, at, values);
        return values;
    }

    private static byte[] Bytes(OnlineWindows windows)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        windows.Write(writer);
        writer.Flush();
        return stream.ToArray();
    }
}
