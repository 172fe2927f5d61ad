using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Statistics.Quality;

namespace Orleans.MLOps.Grains.Tests.Monitoring;

public sealed class LabelJoinTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Label_FirstRepeatedCorrectedUnknown_AreCountedAndTheCorrectionCounts()
    {
        var name = await platform.ServeAsync();
        var reply = await platform.PredictAsync(name, 1, 2, 3, 4);
        var id = reply.PredictionIds;

        var first = await platform.LabelAsync(name, (id[0], 1), (id[1], 0), (id[1], 0), (id[2], 1));
        var second = await platform.LabelAsync(name, (id[0], 0), (id[2], 1), (Beyond(id[0]), 1));

        Assert.Equal((3, 1, 0, 0), (first.Accepted, first.Repeated, first.Corrected, first.Unknown));
        Assert.Equal((0, 1, 1, 1), (second.Accepted, second.Repeated, second.Corrected, second.Unknown));
        var report = await platform.ReportAsync(name);
        Assert.Equal((4, 3, 2, 1, 1), (report.Predictions, report.Labelled, report.RepeatedLabels, report.CorrectedLabels, report.UnknownLabels));
        var losses = new[] { LogLoss.Of(reply.Probabilities[0], false), LogLoss.Of(reply.Probabilities[1], false), LogLoss.Of(reply.Probabilities[2], true) };
        Assert.Equal(losses.Average(), report.LogLoss!.Value, 1e-6);
    }

    [Fact]
    public async Task Label_BeforeTheSeal_WaitsAndIsJoinedOnce()
    {
        var name = await platform.ServeAsync();
        var sealedId = PredictionId.Parse((await platform.PredictAsync(name, 1)).PredictionIds[0]);
        var coming = (sealedId with { Sequence = sealedId.Sequence + 1 }).ToString();

        var early = await platform.LabelAsync(name, (coming, 1), (coming, 1), (coming, 0));
        Assert.Equal((2, 1, 0), (early.Accepted, early.Repeated, early.Unknown));
        Assert.Equal(0, (await platform.ReportAsync(name)).Labelled);

        Assert.Equal(coming, (await platform.PredictAsync(name, 1)).PredictionIds[0]);
        var report = await platform.ReportAsync(name);
        Assert.Equal((1, 1), (report.Labelled, report.CorrectedLabels));
        Assert.Equal(1, (await platform.LabelAsync(name, (coming, 0))).Repeated);
    }

    [Fact]
    public async Task Label_ManyAtOnce_AllReachTheMonitor()
    {
        var name = await platform.ServeAsync();
        var ids = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            ids.AddRange((await platform.PredictAsync(name, [.. Enumerable.Range(0, 30).Select(value => (double)value)])).PredictionIds);
        }

        var replies = await Task.WhenAll(ids.Select(id => platform.LabelAsync(name, (id, 1))));

        Assert.All(replies, reply => Assert.Equal(1, reply.Accepted));
        Assert.Equal((300, 300), ((await platform.ReportAsync(name)).Predictions, (await platform.ReportAsync(name)).Labelled));
    }

    [Fact]
    public async Task Label_OfAnotherEndpoint_IsNotJoinedHere()
    {
        var (mine, other) = (await platform.ServeAsync(), await platform.ServeAsync());
        await platform.PredictAsync(mine, 1);
        var foreign = (await platform.PredictAsync(other, 1)).PredictionIds[0];

        await platform.LabelAsync(mine, (foreign, 1));
        await using var session = await platform.Client.Serving.OpenSessionAsync();
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => session.ServeAsync(new ServeRequest
        {
            Predict = new PredictRequest { Endpoint = mine },
            Labels = new LabelBatch { Endpoint = other, PredictionIds = [foreign], Values = [1], ObservedAt = [platform.Clock.GetUtcNow()] },
        }));

        Assert.Equal("endpoint", error.Field);
        Assert.Equal((0, 0), ((await platform.ReportAsync(mine)).Labelled, (await platform.ReportAsync(other)).Labelled));
    }

    [Fact]
    public async Task Label_BadBatch_IsRefusedWhole()
    {
        var name = await platform.ServeAsync();
        var id = (await platform.PredictAsync(name, 1)).PredictionIds[0];

        Assert.Equal("values", (await Assert.ThrowsAsync<InvalidInputException>(() => platform.LabelAsync(name, (id, 1), (id, 2)))).Field);
        Assert.Equal("prediction_ids", (await Assert.ThrowsAsync<InvalidInputException>(() => platform.LabelAsync(name, (id, 1), ("x", 1)))).Field);

        Assert.Equal(0, (await platform.ReportAsync(name)).Labelled);
    }

    [Fact]
    public async Task Fold_SameBatchOrFrameAgain_ChangesNothing()
    {
        var name = await platform.ServeAsync();
        var id = (await platform.PredictAsync(name, 1, 2)).PredictionIds[0];
        await platform.LabelAsync(name, (id, 1));
        await platform.ReportAsync(name);
        var monitor = platform.Silo.Grains.GetGrain<IModelMonitorGrain>(new MonitorKey(new EndpointKey("default", name), 1).ToString());
        var place = PredictionId.Parse(id);
        var pane = BatchSummarizer.ToBytes(new(MonitoringReference.None.Layout));

        await monitor.CatchUp();
        await monitor.FoldPredictions(new BatchSummary { Recorder = place.Recorder, Sequence = place.Sequence, Position = default, PaneStarts = [0], Panes = [pane] });
        await monitor.FoldLabels(new LabelFrame { Number = 1, Rows = [new() { Recorder = place.Recorder, Sequence = place.Sequence, Row = 1, Kind = LabelKind.First, Value = 1, ObservedAt = 1, Version = 1, EventTime = 1, Probability = 0.5f }] });

        var report = await platform.ReportAsync(name);
        Assert.Equal((2, 1), (report.Predictions, report.Labelled));
    }

    [Fact]
    public async Task Predict_Sampled_IsCountedWhenFlushed()
    {
        var name = await platform.ServeAsync(LogPolicy.Sampled);
        var ids = new List<string>();
        for (var i = 0; i < 50; i++)
        {
            ids.AddRange((await platform.PredictAsync(name, i, i + 1)).PredictionIds);
        }

        Assert.Equal(100, (await platform.ReportAsync(name)).Predictions);
        Assert.Equal(100, ids.Distinct().Count());
        Assert.Equal(100, (await platform.LabelAsync(name, [.. ids.Select(id => (id, 1.0))])).Accepted);
    }

    private static string Beyond(string id) => (PredictionId.Parse(id) with { Row = 99 }).ToString();
}
