using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class PredictionReportTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Report_PredictionsOfElsewhere_AreMonitoredAndLabelsJoinThem()
    {
        var name = await platform.ServeAsync();
        await platform.PredictAsync(name, 1);

        var reply = await platform.Client.Serving.ReportAsync(Report(name, 0.25, 0.75) with { Latencies = [5, 5] });
        var labels = await platform.LabelAsync(name, (reply.PredictionIds[0], 0), (reply.PredictionIds[1], 1));

        Assert.Equal((2, 0), (labels.Accepted, labels.Unknown));
        var report = await platform.ReportAsync(name);
        Assert.Equal((3, 2, 1.0), (report.Predictions, report.Labelled, report.Accuracy));
        Assert.Equal(-Math.Log(0.75), report.LogLoss!.Value, 1e-6);
        Assert.InRange(report.LatencyP99!.Value, 4.5, 5.5);
    }

    [Fact]
    public async Task Report_RepeatedUnderItsName_CountsOnceAndNamesTheSamePredictions()
    {
        var name = await platform.ServeAsync(LogPolicy.Sampled);
        var report = Report(name, 0.25, 0.75) with { OperationId = "named" };
        var first = await platform.Client.Serving.ReportAsync(report);

        var again = await platform.Client.Serving.ReportAsync(report with { IsRepeat = true });
        var other = await platform.Client.Serving.ReportAsync(report with { Probabilities = [0.25, 0.8], IsRepeat = true });

        Assert.Equal(first.PredictionIds, again.PredictionIds);
        Assert.Empty(first.PredictionIds.Intersect(other.PredictionIds));
        Assert.Equal(4, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Report_VersionThatWasReplaced_IsTakenAndOneThatNeverWasRefused()
    {
        var name = await platform.ServeAsync();
        await platform.RegisterAsync(name, 2);
        await platform.RegisterAsync(name, 3);
        await platform.DeployAsync(name, LogPolicy.Durable, 2);

        await platform.Client.Serving.ReportAsync(Report(name, 0.5));
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => platform.Client.Serving.ReportAsync(Report(name, 0.5) with { ModelVersion = 3 }));

        Assert.Equal("model_version", error.Field);
        Assert.Contains("has not had version 3", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, (await platform.ReportAsync(name)).Predictions);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Client.Serving.ReportAsync(Report("nobody", 0.5)));
    }

    [Fact]
    public async Task Report_ReplacedVersionWithOtherColumns_IsReadByItsOwnSignature()
    {
        var name = await platform.ServeAsync();
        var wider = ServingSamples.Network with { Numeric = [.. ServingSamples.Network.Numeric, new() { Name = "y", Mean = 0, Scale = 1 }] };
        await platform.RegisterAsync(name, 2, network: wider);
        await platform.DeployAsync(name, LogPolicy.Durable, 2);
        var old = Report(name, 0.5);
        var current = old with { ModelVersion = 2, Columns = [.. old.Columns, ServingSamples.Numbers("y", 3)] };

        await platform.Client.Serving.ReportAsync(old);
        await platform.Client.Serving.ReportAsync(current);
        var missing = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.ReportAsync(old with { ModelVersion = 2 }));

        Assert.Equal("y", missing.Field);
        await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.ReportAsync(current with { ModelVersion = 1 }));
        Assert.Equal((1, 1), ((await platform.ReportAsync(name, 1)).Predictions, (await platform.ReportAsync(name, 2)).Predictions));
    }

    [Fact]
    public async Task Report_WhatNoModelGives_IsRefusedAndRecordsNothing()
    {
        var name = await platform.ServeAsync();
        var good = Report(name, 0.5, 0.5);
        foreach (var (report, field) in new (ReportPredictions, string)[]
        {
            (good with { Columns = [], Probabilities = [], EventTimes = [] }, "columns"),
            (good with { Columns = good.Columns[1..] }, "x"),
            (good with { Probabilities = [0.5] }, "probabilities"),
            (good with { Probabilities = [0.5, 1.0001] }, "probabilities"),
            (good with { Probabilities = [double.NaN, 0.5] }, "probabilities"),
            (good with { EventTimes = [] }, "event_times"),
            (good with { EventTimes = [platform.Clock.GetUtcNow(), platform.Clock.GetUtcNow().AddSeconds(-1)] }, "event_times"),
            (good with { EventTimes = [platform.Clock.GetUtcNow(), platform.Clock.GetUtcNow().AddDays(2)] }, "event_times"),
            (good with { Latencies = [1] }, "latencies"),
            (good with { Latencies = [1, -1] }, "latencies"),
            (good with { Latencies = [1, double.MaxValue] }, "latencies"),
            (good with { OperationId = "" }, "operation_id"),
            (good with { Columns = null! }, "columns"),
        })
        {
            Assert.Equal(field, (await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.ReportAsync(report))).Field);
        }

        Assert.Equal(0, (await platform.ReportAsync(name)).Predictions);
    }

    private ReportPredictions Report(string endpoint, params double[] probabilities) => new()
    {
        Endpoint = endpoint,
        ModelVersion = 1,
        Columns = [ServingSamples.Numbers("x", [.. probabilities.Select((_, i) => (double)i)]), ServingSamples.Texts("c", [.. probabilities.Select(_ => "a")])],
        Probabilities = probabilities,
        EventTimes = [.. probabilities.Select(_ => platform.Clock.GetUtcNow())],
    };
}
