using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

/// <summary>What an endpoint says of batching holds for networks of the platform.</summary>
public sealed class TabularBatchingTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Predict_MoreRowsThanMayWait_IsRefusedAndCounted()
    {
        var name = await ServeAsync(new BatchingSpec { Delay = Late, QueueRows = 2 });

        var error = await Assert.ThrowsAsync<ResourceExhaustedException>(() => platform.PredictAsync(name, 1, 2, 3));

        Assert.Equal("queue_rows", error.Field);
        var read = await StatisticsAsync(name);
        Assert.Equal((1, 0), (read.Rejected, read.Failed));
    }

    [Fact]
    public async Task Predict_WaitsForLongerThanItMay_IsGivenUpAndNotRecorded()
    {
        var name = await ServeAsync(new BatchingSpec { Delay = Late });

        var error = await Assert.ThrowsAsync<DeadlineExceededException>(() => platform.Client.Serving.PredictAsync(
            ServingSamples.Request(name, [1], ["a"]) with { Timeout = Soon }));

        Assert.Equal("timeout", error.Field);
        Assert.Equal(0, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Infer_TensorsForANetwork_WaitsAsTheySay()
    {
        var name = await ServeAsync(new BatchingSpec { Delay = Late });
        var request = new InferRequest { Endpoint = name, Inputs = [Numbers(1), Tensors.TensorSamples.Texts("c", "a")], Timeout = Soon };

        await Assert.ThrowsAsync<DeadlineExceededException>(() => platform.Client.Serving.InferAsync(request));
    }

    [Fact]
    public async Task Predict_RowsOfTheFirstGoal_GoAtOnceAsOneCall()
    {
        var name = await ServeAsync(new BatchingSpec { Delay = Late, PreferredRows = [3], MaxRows = 8 });

        await platform.PredictAsync(name, 1, 2, 3);

        var read = await StatisticsAsync(name);
        Assert.Equal((1, 3, 1), (read.Executions, read.Inferences, read.Succeeded));
    }

    [Theory]
    [InlineData("timeout")]
    [InlineData("priority")]
    public async Task Predict_WaitingThatMeansNothing_IsRefusedByName(string field)
    {
        var name = await platform.ServeAsync();
        var request = ServingSamples.Request(name, [1], ["a"]);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(
            field == "timeout" ? request with { Timeout = TimeSpan.Zero } : request with { Priority = 256 }));

        Assert.Equal(field, error.Field);
    }

    private static Tensor Numbers(params double[] values) => new()
    {
        Name = "x",
        Type = TensorType.Float64,
        Shape = [values.Length],
        Data = [.. values.SelectMany(BitConverter.GetBytes)],
    };

    private async Task<string> ServeAsync(BatchingSpec batching)
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Batching = batching });
        return name;
    }

    private async Task<InferStatistics> StatisticsAsync(string name) =>
        (await platform.Client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name })).Versions[0].Statistics;
}
