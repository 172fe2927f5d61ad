using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class AlertRulesTests
{
    private static readonly MonitorKey Monitor = new(new EndpointKey("default", "e"), 3);
    private static readonly MonitorOptions Options = new() { Endpoint = "e" };
    private static readonly Finding Quality = new(AlertKind.QualityDrift, null, 5, 4, "evidence");
    private static readonly Finding Feature = new(AlertKind.FeatureDrift, "x", 0.5, 0.25, "evidence");
    private static readonly long Watermark = ServingSamples.Microseconds(ServingSamples.Now);

    [Fact]
    public void ToAlert_SameFinding_HasTheSameIdAndAnotherOneHasNot()
    {
        var first = AlertRules.ToAlert(Monitor, Quality, Watermark, Options);

        Assert.Equal(first, AlertRules.ToAlert(Monitor, Quality, Watermark, Options));
        Assert.Equal(ServingSamples.Now, first.At);
        string[] ids =
        [
            first.AlertId,
            AlertRules.ToAlert(Monitor, Quality, Watermark + 1, Options).AlertId,
            AlertRules.ToAlert(Monitor, Feature, Watermark, Options).AlertId,
            AlertRules.ToAlert(Monitor, Feature with { Feature = "y" }, Watermark, Options).AlertId,
            AlertRules.ToAlert(new MonitorKey(Monitor.Endpoint, 4), Quality, Watermark, Options).AlertId,
        ];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void ToEntries_KindThatAsksForRetraining_WritesAPendingRequest()
    {
        var asking = AlertRules.ToEntries(AlertRules.ToAlert(Monitor, Quality, Watermark, Options), Monitor.Endpoint).ToList();
        var telling = AlertRules.ToEntries(AlertRules.ToAlert(Monitor, Feature, Watermark, Options), Monitor.Endpoint).ToList();

        Assert.Equal([AlertRules.AlertCatalog, AlertRules.RequestCatalog], asking.Select(entry => entry.Kind));
        Assert.Equal([nameof(AlertKind.QualityDrift), AlertRules.Pending], asking.Select(entry => entry.Status));
        Assert.All(asking, entry => Assert.Equal(Monitor.Endpoint.ToString(), entry.Parent));
        Assert.Equal(3, CatalogJson.Read<Alert>(asking[1].Json).ModelVersion);
        Assert.Equal(AlertRules.AlertCatalog, Assert.Single(telling).Kind);
    }

    [Fact]
    public void IsCoolingDown_UntilTheTimeHasPassed_ForTheSameKindAndFeature()
    {
        var latest = new Dictionary<string, long> { [AlertRules.CoolDownKey(Feature)] = Watermark };
        var hour = TimeSpan.FromHours(1);

        Assert.True(Cools(Feature, ServingSamples.Now.AddMinutes(59), hour));
        Assert.False(Cools(Feature, ServingSamples.Now.AddMinutes(60), hour));
        Assert.False(Cools(Feature with { Feature = "y" }, ServingSamples.Now, hour));
        Assert.False(Cools(Quality, ServingSamples.Now, hour));
        Assert.True(Cools(Feature, ServingSamples.Now, TimeSpan.Zero));
        Assert.False(Cools(Feature, ServingSamples.Now.AddSeconds(1), TimeSpan.Zero));

        bool Cools(Finding finding, DateTimeOffset at, TimeSpan coolDown) =>
            AlertRules.IsCoolingDown(finding, ServingSamples.Microseconds(at), latest, coolDown);
    }
}
