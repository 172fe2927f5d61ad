using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Monitoring;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>Canaries of the platform's networks that their monitors judge, on a whole platform.</summary>
public sealed class CanaryMonitoringTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private static readonly CanarySpec Canary = new()
    {
        Version = 2, Steps = [0.5], StepDuration = TimeSpan.FromMilliseconds(1), MinimumRequests = 1, MaximumLatencyRatio = 0, StopOnAlert = false,
    };

    private readonly Random _random = new(7);

    private EndpointUpkeep Upkeep => platform.Silo.Services.GetRequiredService<EndpointUpkeep>();

    [Fact]
    public async Task Canary_PredictionsThatDrift_GoesBackWithTheReason()
    {
        var name = await BeginAsync(Canary, drifts: true);

        var ended = await UntilEndedAsync(name, () => AskAsync(name, 400));

        Assert.Equal(CanaryStatus.RolledBack, ended.Canary!.Status);
        Assert.Equal(1, Assert.Single(ended.Variants).Version);
        Assert.Contains("the population stability index of 'prediction' against training is", ended.Canary.Reason, StringComparison.Ordinal);
        Assert.Contains(ended.Canary.Reason, ended.History[^1].Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_PredictionsThatDriftWithoutTheGuard_Advances()
    {
        var name = await BeginAsync(Canary with { StopOnDrift = false }, drifts: true);

        var ended = await UntilEndedAsync(name, () => AskAsync(name, 400));

        Assert.Equal(CanaryStatus.Promoted, ended.Canary!.Status);
    }

    [Fact]
    public async Task Canary_LabelsThatAreWorse_GoesBackWithTheReason()
    {
        // A step that never ends: nothing but its labels can end this canary.
        var name = await BeginAsync(Canary with { StepDuration = TimeSpan.FromDays(7) });

        var ended = await UntilEndedAsync(name, () => AskAsync(name, 400, version => version == 1));

        Assert.Equal(CanaryStatus.RolledBack, ended.Canary!.Status);
        Assert.Equal(1, Assert.Single(ended.Variants).Version);
        Assert.Contains("below the version before", ended.Canary.Reason, StringComparison.Ordinal);
        Assert.Contains(ended.Canary.Reason, ended.History[^1].Reason!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Canary_GoodPredictionsAndLabels_AdvancesToTheEnd()
    {
        var name = await BeginAsync(Canary with { StopOnAlert = true });

        var ended = await UntilEndedAsync(name, () => AskAsync(name, 400, _ => true));

        Assert.Equal((CanaryStatus.Promoted, 2), (ended.Canary!.Status, ended.Variants.MaxBy(variant => variant.Weight)!.Version));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Canary_TooFewRows_NeitherAdvancesNorGoesBack(bool drifts)
    {
        var name = await BeginAsync(Canary, drifts);
        var (key, upkeep) = (new EndpointKey("default", name), Upkeep);
        var begun = await platform.Client.Serving.GetAsync(name);
        Assert.Null(await upkeep.NextAsync(key, begun, CancellationToken.None));

        await AskAsync(name, 300);
        platform.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(await NextAsync());
        Assert.Equal(begun.Revision, (await platform.Client.Serving.GetAsync(name)).Revision);

        // Half of 300 rows say nothing; with these there are more than 500.
        await AskAsync(name, 1400);
        Assert.Equal(drifts ? CanaryStatus.RolledBack : CanaryStatus.Promoted, (await NextAsync())!.Canary!.Status);

        async Task<EndpointInfo?> NextAsync() => await upkeep.NextAsync(key, begun, CancellationToken.None);
    }

    [Fact]
    public async Task Canary_AlertOfItsMonitor_GoesBackWithTheReason()
    {
        var name = await BeginAsync(Canary with { StopOnAlert = true, StopOnDrift = false, StopOnQuality = false, StepDuration = TimeSpan.FromDays(7) });
        var key = new EndpointKey("default", name);
        await AlertAsync(key, 1);
        Assert.Null(await Upkeep.NextAsync(key, await platform.Client.Serving.GetAsync(name), CancellationToken.None));

        await AlertAsync(key, 2);
        var ended = await UntilEndedAsync(name, () => Task.CompletedTask);

        Assert.Equal((CanaryStatus.RolledBack, "Its monitor alerts: CalibrationDrift: far off"), (ended.Canary!.Status, ended.Canary.Reason));
    }

    private Task AlertAsync(EndpointKey endpoint, int version) => platform.Silo.Services.GetRequiredService<CatalogTable>().TryAddAsync([.. AlertRules.ToEntries(
        AlertRules.ToAlert(
            new MonitorKey(endpoint, version), new Finding(AlertKind.CalibrationDrift, null, 5, 4, "far off"), TableValue.ToMicroseconds(platform.Clock.GetUtcNow().AddSeconds(1)), new MonitorOptions { Endpoint = endpoint.Name }),
        endpoint)]);

    private async Task<string> BeginAsync(CanarySpec canary, bool drifts = false)
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1, reference: ReferenceOf(1));
        await platform.RegisterAsync(name, 2, reference: drifts ? MonitorSamples.ReferenceBytes() : ReferenceOf(2));
        await platform.DeployAsync(name, LogPolicy.Durable, 1);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Canary = canary });
        return name;
    }

    private static byte[] ReferenceOf(int version)
    {
        var model = ServingSamples.Load(version, ReplayPlatform.SeedOf(version));
        return MonitorSamples.ReferenceBytes((x, c) => model.Score([x], [c], x.Length));
    }

    /// <summary>Traffic like the reference's; labels that say whether a version was right, if asked for.</summary>
    private async Task AskAsync(string name, int rows, Func<int, bool>? isRight = null)
    {
        double[] x = [.. Enumerable.Range(0, rows).Select(_ => _random.NextDouble())];
        string[] c = [.. x.Select(_ => _random.NextDouble() < 0.5 ? "a" : "b")];
        var reply = await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, x, c));
        if (isRight is not null)
        {
            var now = platform.Clock.GetUtcNow();
            await platform.Client.Monitoring.LabelAsync(new LabelBatch
            {
                Endpoint = name,
                PredictionIds = reply.PredictionIds,
                Values = [.. reply.Probabilities.Zip(reply.ModelVersions, (probability, version) => probability >= 0.5 == isRight(version) ? 1.0 : 0.0)],
                ObservedAt = [.. reply.PredictionIds.Select(_ => now)],
            });
        }

        await platform.Client.Monitoring.FlushAsync(name);
    }

    private async Task<EndpointInfo> UntilEndedAsync(string name, Func<Task> traffic)
    {
        while (true)
        {
            var endpoint = await platform.Client.Serving.GetAsync(name);
            if (endpoint.Canary!.Status != CanaryStatus.Running)
            {
                return endpoint;
            }

            await traffic();
            platform.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
    }
}
