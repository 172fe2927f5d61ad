using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Serving.Payloads;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class RouteTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(9, 1)]
    [InlineData(0.001, 0.003)]
    [InlineData(double.MaxValue, double.MaxValue)]
    public void Pick_TwoWeights_SharesHoldOverAnyStretch(double first, double second)
    {
        var share = first / 2 / ((first / 2) + (second / 2));
        var route = Route(first, second);
        for (var stretch = 0; stretch < 10; stretch++)
        {
            var picked = Enumerable.Range(0, 2000).Count(_ => route.Pick().Spec.Version == 1) / 2000.0;
            Assert.InRange(picked, share - 0.05, share + 0.05);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Pick_WeightZero_GetsNothing(double first, double second)
    {
        var route = Route(first, second);

        Assert.Equal(first > 0 ? 1 : 2, route.Single!.Spec.Version);
        Assert.Single(route.Serving);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Same(route.Single, route.Pick()));
    }

    [Fact]
    public void Pick_SameKey_MeetsTheSameVariantOnEverySiloAndMovesOnlyTowardsTheGrowingOne()
    {
        var (few, many) = (Route(95, 5), Route(75, 25));
        var keys = Enumerable.Range(0, 4000).Select(i => $"user-{i}").ToArray();
        var before = Array.ConvertAll(keys, key => few.Pick(key).Spec.Version);
        var after = Array.ConvertAll(keys, key => many.Pick(key).Spec.Version);

        Assert.Equal(before, Array.ConvertAll(keys, key => Route(95, 5).Pick(key).Spec.Version));
        Assert.InRange(before.Count(version => version == 2) / (double)keys.Length, 0.03, 0.07);
        Assert.InRange(after.Count(version => version == 2) / (double)keys.Length, 0.22, 0.28);
        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.Second == 2));
    }

    [Fact]
    public void Pick_CanaryBesideTwo_TakesKeysFromBothAndMovesNoneBetweenThem()
    {
        var keys = Enumerable.Range(0, 4000).Select(i => $"user-{i}").ToArray();
        var before = Array.ConvertAll(keys, key => Route(0.45, 0.45, 0.1).Pick(key).Spec.Version);
        var after = Array.ConvertAll(keys, key => Route(0.25, 0.25, 0.5).Pick(key).Spec.Version);

        Assert.All(before.Zip(after), pair => Assert.True(pair.First == pair.Second || pair.Second == 3));
        Assert.Equal([1, 2, 3], before.Zip(after).Where(pair => pair.Second == 3).Select(pair => pair.First).Distinct().Order());
        Assert.InRange(after.Count(version => version == 3) / (double)keys.Length, 0.47, 0.53);
    }

    [Fact]
    public void Pick_TwoVariantsOfOneVersion_ShareItsKeysByTheirWeights()
    {
        var endpoint = Endpoint(1, 1, 1);
        endpoint = endpoint with { Variants = [endpoint.Variants[0], endpoint.Variants[1] with { Version = 1 }, endpoint.Variants[2]] };
        var route = new Route(endpoint, [.. endpoint.Variants.Select(variant => new ModelLease(ServingSamples.Load(variant.Version), () => { }))], null, new EndpointTraffic(TimeProvider.System), Services);

        var picked = Enumerable.Range(0, 6000).CountBy(i => route.Pick($"user-{i}").Spec.Name).ToDictionary();

        Assert.All(endpoint.Variants, variant => Assert.InRange(picked[variant.Name] / 6000.0, 0.30, 0.37));
    }

    [Fact]
    public void Find_VersionNameAndLabel_GiveTheVariant()
    {
        var route = Route(1, 0);

        Assert.Null(route.Find(null, null));
        Assert.Equal(2, route.Find(2, null)!.Spec.Version);
        Assert.Equal(1, route.Find(null, "v0")!.Spec.Version);
        Assert.Equal(2, route.Find(null, "label_1")!.Spec.Version);
        Assert.Contains("serves 1, 2", Assert.Throws<NotFoundException>(() => route.Find(3, null)).Message, StringComparison.Ordinal);
        Assert.Contains("label_0", Assert.Throws<NotFoundException>(() => route.Find(null, "canary")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Retire_WhileSomeoneIsInside_UnloadsWhenTheLastLeaves()
    {
        var released = 0;
        var route = new Route(Endpoint(1), [new ModelLease(ServingSamples.Load(1), () => released++)], null, new EndpointTraffic(TimeProvider.System), Services);

        Assert.True(route.TryEnter());
        route.Retire();
        Assert.False(route.TryEnter());
        Assert.Equal(0, released);
        route.Leave();
        Assert.Equal(1, released);
    }

    private static RouteServices Services { get; } = new(new EngineThreads(1), new EngineThreads(1), PlatformClock.System, new PayloadLogs(null!, null!, null!, PlatformClock.System, NullLogger<PayloadLogs>.Instance));

    private static EndpointInfo Endpoint(params double[] weights) => new()
    {
        Project = "default",
        Name = "e",
        Model = "m",
        Variants = [.. weights.Select((weight, i) => new VariantSpec { Name = $"v{i}", Version = i + 1, Weight = weight, Labels = [$"label_{i}"] })],
    };

    private static Route Route(params double[] weights) => new(
        Endpoint(weights),
        [.. weights.Select((_, i) => new ModelLease(ServingSamples.Load(i + 1), () => { }))],
        null,
        new EndpointTraffic(TimeProvider.System),
        Services);
}
