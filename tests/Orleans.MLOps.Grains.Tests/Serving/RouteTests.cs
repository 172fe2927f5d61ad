using Orleans.MLOps.Grains.Serving;
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
            var picked = Enumerable.Range(0, 2000).Count(_ => route.Pick().Version.Version == 1) / 2000.0;
            Assert.InRange(picked, share - 0.05, share + 0.05);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Pick_WeightZero_GetsNothing(double first, double second)
    {
        var route = Route(first, second);

        Assert.Equal(first > 0 ? 1 : 2, route.Single!.Version.Version);
        Assert.Single(route.Models);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Same(route.Single, route.Pick()));
    }

    private static Route Route(params double[] weights) => new(
        new EndpointInfo
        {
            Project = "default",
            Name = "e",
            Model = "m",
            Variants = [.. weights.Select((weight, i) => new VariantSpec { Name = $"v{i}", Version = i + 1, Weight = weight })],
        },
        [.. weights.Select((_, i) => ServingSamples.Load(i + 1))],
        null);
}
