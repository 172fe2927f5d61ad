using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Pipelines;
using Orleans.MLOps.Grains.Tests.Serving;
using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Tests.Pipelines;

public sealed class RequestDecisionsTests
{
    private static readonly DateTimeOffset Now = ServingSamples.Now;
    private static readonly TimeSpan Interval = TimeSpan.FromDays(3);

    [Fact]
    public void Next_NothingPendingForWhatServes_IsNothing()
    {
        Assert.Null(RequestDecisions.Next([], 1, null, Interval, Now));
        Assert.Null(RequestDecisions.Next([Request(2, 0)], 1, null, Interval, Now));
        Assert.Equal([2], RequestDecisions.StaleOnes([Request(2, 0), Request(1, 0)], 1).Select(request => request.Alert.ModelVersion));
    }

    [Fact]
    public void Next_FirstRetraining_LooksBackFromTheOldestAlert()
    {
        var next = RequestDecisions.Next([Request(1, -1), Request(1, -5), Request(2, -9)], 1, null, Interval, Now);

        Assert.Equal((Now.AddHours(-5), Now.AddHours(-5)), (next!.Value.At, next.Value.Request.Alert.At));
    }

    [Fact]
    public void Next_AlertAheadOfTheClock_Waits() => Assert.Null(RequestDecisions.Next([Request(1, 1)], 1, null, Interval, Now));

    [Fact]
    public void Next_WithinTheInterval_WaitsForItsEnd()
    {
        RetrainingRequest[] pending = [Request(1, -1)];

        Assert.Null(RequestDecisions.Next(pending, 1, Now.AddDays(-2), Interval, Now));
        Assert.Equal(Now.AddDays(1), RequestDecisions.Next(pending, 1, Now.AddDays(-2), Interval, Now.AddDays(1.5))!.Value.At);
        Assert.Equal(Now.AddHours(-1), RequestDecisions.Next(pending, 1, Now.AddDays(-4), Interval, Now)!.Value.At);
    }

    private static RetrainingRequest Request(int version, double hours) => new(
        new CatalogEntry { Key = "k", Kind = "retraining-request", Project = "default", Name = "e", Json = "{}" },
        new Alert { AlertId = $"{version}/{hours}", Endpoint = "endpoint/default/e", ModelVersion = version, At = Now.AddHours(hours), Evidence = "" });
}
