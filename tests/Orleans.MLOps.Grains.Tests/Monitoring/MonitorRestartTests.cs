using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class MonitorRestartTests
{
    [Fact]
    public async Task Restart_BetweenAnyTwoSteps_CountsStayExact()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var durable = await platform.ServeAsync(LogPolicy.Durable, MonitorSamples.ReferenceBytes());
        var sampled = await platform.ServeAsync(LogPolicy.Sampled);
        var (ids, rows) = (new List<string>(), 0);
        for (var round = 1; round <= 3; round++)
        {
            ids.AddRange((await platform.PredictAsync(durable, 1, 2, 3)).PredictionIds);
            await platform.PredictAsync(sampled, 1, 2);
            await platform.LabelAsync(durable, (ids[^3], 1), (ids[^2], 0));
            rows += 2;

            // Labels that are known before any restart are still known after it, as repeated or corrected.
            if (round == 2)
            {
                Assert.Equal((1, 1), Counts(await platform.LabelAsync(durable, (ids[0], 1), (ids[1], 1))));
            }

            var before = await platform.ReportAsync(durable);
            await platform.Silo.RestartAsync();
            var after = await platform.ReportAsync(durable);

            Assert.Equal(CatalogJson.Write(before), CatalogJson.Write(after));
            Assert.Equal((3 * round, rows), (after.Predictions, after.Labelled));
            Assert.Equal(2 * round, (await platform.ReportAsync(sampled)).Predictions);
            Assert.Equal(1, (await platform.LabelAsync(durable, (ids[^3], 1))).Repeated);
        }

        var end = await platform.ReportAsync(durable);
        Assert.Equal((9, 6, 1, 4), (end.Predictions, end.Labelled, end.CorrectedLabels, end.RepeatedLabels));

        static (long, long) Counts(LabelReply reply) => (reply.Repeated, reply.Corrected);
    }

    [Fact]
    public async Task Label_OldEnoughModel_RaisesOneAlertWithAPendingRequestAlsoAfterARestart()
    {
        await using var platform = new ReplayPlatform();
        await platform.InitializeAsync();
        var name = await platform.ServeAsync();
        await platform.Client.Monitoring.ConfigureAsync(new MonitorOptions { Endpoint = name, MaximumAge = TimeSpan.FromDays(2) });
        var ids = (await platform.PredictAsync(name, 1, 2, 3)).PredictionIds;
        await platform.LabelAsync(name, (ids[0], 1));
        platform.Clock.Advance(TimeSpan.FromDays(2.5));
        await platform.LabelAsync(name, (ids[1], 1));
        await platform.ReportAsync(name);

        await platform.Silo.RestartAsync();
        await platform.LabelAsync(name, (ids[2], 1));

        Assert.Equal(1, (await platform.ReportAsync(name)).Alerts);
        var alert = Assert.Single(await platform.Client.Monitoring.ListAlertsAsync(name));
        Assert.Equal((AlertKind.ModelAge, 1, true), (alert.Kind, alert.ModelVersion, alert.RequestsRetraining));
        var pending = await platform.Client.Catalog.ListAsync(new CatalogQuery { Kind = AlertRules.RequestCatalog, Name = name, Status = AlertRules.Pending });
        Assert.Equal(alert.AlertId, CatalogJson.Read<Alert>(Assert.Single(pending.Entries).Json).AlertId);
    }
}
