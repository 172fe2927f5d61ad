using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Features;
using Orleans.MLOps.Grains.Tests.Platform;

namespace Orleans.MLOps.Grains.Tests.Features;

public sealed class OnlineFeaturesTests : IAsyncLifetime
{
    private const long Minute = 60_000_000;
    private readonly PlatformFixture _silo = new();

    public ValueTask InitializeAsync() => _silo.InitializeAsync();

    public ValueTask DisposeAsync() => _silo.DisposeAsync();

    private IOnlineFeaturesGrain Online => _silo.Grains.GetGrain<IOnlineFeaturesGrain>(new FeatureViewKey("default", "shops").ToString());

    private IFeatureViewGrain View => _silo.Grains.GetGrain<IFeatureViewGrain>(new FeatureViewKey("default", "shops").ToString());

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Apply_AfterARestart_StillKnowsItsObservations(bool durable)
    {
        await ApplyViewAsync();
        var reply = await Online.Apply(Request(durable) with { QueryKeys = ["a", "b", "a"], QueryAt = [15 * Minute, 15 * Minute, 30 * Minute] });
        Assert.Equal(["mean_20m", "count_20m"], reply.Windows);
        Assert.Equal([0.5, 2, double.NaN, 0, 0, 1], reply.Values);
        await _silo.RestartAsync();
        var again = await Online.Apply(new OnlineRequest { QueryKeys = ["a"], QueryAt = [15 * Minute] });
        Assert.Equal([0.5, 2], again.Values);
        Assert.Equal(2, (await Online.GetState()).Observations);
    }

    [Fact]
    public async Task Apply_NumberedObservationsAgain_CountOnce()
    {
        await ApplyViewAsync();
        var numbered = Request(true) with { Source = "labels", Number = 7, QueryKeys = ["a"], QueryAt = [15 * Minute] };
        await CountsAsync([0.5, 2], numbered);
        await CountsAsync([0.5, 2], numbered);
        await _silo.RestartAsync();
        await CountsAsync([0.5, 2], numbered);
        await CountsAsync([0.5, 4], numbered with { Number = 6 });
        await CountsAsync([0.5, 6], numbered with { Source = "others" });

        async Task CountsAsync(double[] expected, OnlineRequest request) => Assert.Equal(expected, (await Online.Apply(request)).Values);
    }

    [Fact]
    public async Task Apply_NewVersionWithLongerWindow_LooksBackThroughTheLog()
    {
        var digest = await ApplyViewAsync();
        await Online.Apply(Request(true));
        var definition = FeatureViewTests.Definition("shops");
        await View.Apply(definition with { Windows = [definition.Windows[0] with { Name = "mean_1d", Length = TimeSpan.FromDays(1) }] }, "shops", digest);
        var request = new OnlineRequest { ObservationKeys = ["a"], ObservationValues = [1], ObservedAt = [600 * Minute], QueryKeys = ["a"], QueryAt = [600 * Minute] };
        var old = await Online.Apply(request with { Version = 1 });
        Assert.Equal([1.0, 1], old.Values);
        var reply = await Online.Apply(new OnlineRequest { QueryKeys = ["a"], QueryAt = [600 * Minute] });
        Assert.Equal(2, reply.Version);
        Assert.Equal([2.0 / 3], reply.Values);
    }

    [Fact]
    public async Task Apply_WrongRequests_AreRefusedWhole()
    {
        await ApplyViewAsync();
        var good = Request(true);
        await Refused(good with { ObservationValues = [1] }, "observation_values");
        await Refused(good with { ObservationValues = [1, double.NaN] }, "observation_values");
        await Refused(good with { ObservedAt = [Minute, DateTimeOffset.MaxValue.Ticks / 10] }, "observed_at");
        await Refused(good with { QueryKeys = ["a"] }, "query_at");
        Assert.Equal(0, (await Online.GetState()).Observations);
        await Assert.ThrowsAsync<NotFoundException>(() => Online.Apply(good with { Version = 9 }));
        var nobody = _silo.Grains.GetGrain<IOnlineFeaturesGrain>(new FeatureViewKey("default", "nobody").ToString());
        await Assert.ThrowsAsync<NotFoundException>(() => nobody.Apply(good));

        async Task Refused(OnlineRequest request, string field) =>
            Assert.Equal(field, (await Assert.ThrowsAsync<InvalidInputException>(() => Online.Apply(request))).Field);
    }

    [Fact]
    public void Read_FramesOfManyObservations_GiveThemBackInOrder()
    {
        var count = ObservationCodec.LargestFrame + 5;
        var keys = Enumerable.Range(0, count).Select(i => $"k{i % 7}").ToArray();
        var values = Enumerable.Range(0, count).Select(i => (double)(i % 2)).ToArray();
        var times = Enumerable.Range(0, count).Select(i => (i * 1000L) - (i % 3)).ToArray();
        var frames = ObservationCodec.Write(keys, values, times).ToArray();
        Assert.Equal(2, frames.Length);
        var read = new List<(string, double, long)>();
        foreach (var frame in frames)
        {
            ObservationCodec.Read(frame, (key, value, time) => read.Add((key, value, time)));
        }

        Assert.Equal(keys.Zip(values, times), read);
        Assert.Throws<DataLossException>(() => ObservationCodec.Read(frames[1].AsMemory()[..^3], (_, _, _) => { }));
    }

    private static OnlineRequest Request(bool durable) => new()
    {
        ObservationKeys = ["a", "a"],
        ObservationValues = [1, 0],
        ObservedAt = [5 * Minute, 15 * Minute],
        Durable = durable,
    };

    private async Task<string> ApplyViewAsync()
    {
        var dataset = await _silo.MakeAsync("shops", "id,asked,known,late,shop,price\n1,2001-01-01 10:00:00,2001-01-01 10:10:00,1,a,1.5\n");
        await View.Apply(FeatureViewTests.Definition("shops"), "shops", dataset.Digest);
        return dataset.Digest;
    }
}
