using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
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

    [Fact]
    public async Task Predict_MoreThanTheRate_IsCountedForTheVersionThatWouldHaveAnswered()
    {
        var name = await ServeAsync(new BatchingSpec(), new EndpointLimits { RatePerSecond = 0.001 });
        await platform.PredictAsync(name, 1);

        await Assert.ThrowsAsync<ResourceExhaustedException>(() => platform.PredictAsync(name, 1));
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => platform.Client.Serving.InferAsync(new InferRequest { Endpoint = name, Version = 1 }));
        await Assert.ThrowsAsync<ResourceExhaustedException>(() => platform.Client.Serving.InferAsync(new InferRequest { Endpoint = name, Label = "nothing" }));

        var read = await StatisticsAsync(name);
        Assert.Equal((2, 2, 1, 0), (read.Rejected, read.Limited, read.Succeeded, read.Failed));
    }

    [Fact]
    public async Task Infer_TensorsForANetwork_SaysWhatTheEngineTookAndRecordsIt()
    {
        var name = await ServeAsync(new BatchingSpec());
        var recorded = new ConcurrentQueue<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == "mlops" && instrument.Name.StartsWith("inference_", StringComparison.Ordinal))
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) =>
        {
            if (tags.ToArray().Contains(KeyValuePair.Create<string, object?>("model", name)))
            {
                recorded.Enqueue(instrument.Name);
            }
        });
        listener.Start();

        var reply = await platform.Client.Serving.InferAsync(new InferRequest { Endpoint = name, Inputs = [Numbers(1, 2), Tensors.TensorSamples.Texts("c", "a", "b")] });
        await platform.PredictAsync(name, 1);

        var read = await StatisticsAsync(name);
        Assert.Equal((2, 0), (reply.Times.BatchRows, reply.Times.QueueMicroseconds));
        Assert.Equal((2, 3, 0), (read.Executions, read.Inferences, read.QueueNanoseconds));
        Assert.InRange((long)reply.Times.InferMicroseconds, 0, read.InferNanoseconds / 1000);
        Assert.Equal(["inference_queue_seconds", "inference_infer_seconds", "inference_queue_seconds", "inference_infer_seconds"], recorded);
    }

    private static Tensor Numbers(params double[] values) => new()
    {
        Name = "x",
        Type = TensorType.Float64,
        Shape = [values.Length],
        Data = [.. values.SelectMany(BitConverter.GetBytes)],
    };

    private async Task<string> ServeAsync(BatchingSpec batching, EndpointLimits? limits = null)
    {
        var name = ReplayPlatform.NewName();
        await platform.RegisterAsync(name, 1);
        await platform.Client.Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Batching = batching, Limits = limits ?? new() });
        return name;
    }

    private async Task<InferStatistics> StatisticsAsync(string name) =>
        (await platform.Client.Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name })).Versions[0].Statistics;
}
