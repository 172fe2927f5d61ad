using Orleans.MLOps.Grains.Tests.Serving.Tensors;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving;

public sealed class RepeatedRequestTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    [Fact]
    public async Task Predict_RepeatedUnderItsOperationId_IsAnsweredAsBeforeAndCountsOnce()
    {
        var name = await platform.ServeAsync();
        var request = ServingSamples.Request(name, [1, 2], ["a", "b"]) with { OperationId = "first", ReturnFeatures = true };
        var first = await platform.Client.Serving.PredictAsync(request);
        await platform.PredictAsync(name, 3);

        var again = await platform.Client.Serving.PredictAsync(request with { IsRepeat = true });

        Assert.Equal(first.PredictionIds, again.PredictionIds);
        Assert.Equal(first.Probabilities, again.Probabilities);
        Assert.Equal(first.ModelVersions, again.ModelVersions);
        Assert.Equal(first.Features.Select(column => column.Name), again.Features.Select(column => column.Name));
        Assert.Equal(first.Features[0].Numbers, again.Features[0].Numbers);
        Assert.Equal(3, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Infer_NetworkRepeatedUnderItsName_IsAnsweredByWhatAnsweredFirstAndCountsOnce()
    {
        var name = await platform.ServeAsync();
        var request = new InferRequest
        {
            Endpoint = name,
            Inputs = [TensorSamples.Doubles("x", 1, 2), TensorSamples.Texts("c", "a", "b")],
            OperationId = "first",
        };
        var first = await platform.Client.Serving.InferAsync(request);
        await platform.RegisterAsync(name, 2);
        await platform.DeployAsync(name, LogPolicy.Durable, 2);

        var again = await platform.Client.Serving.InferAsync(request with { IsRepeat = true });
        var other = await platform.Client.Serving.InferAsync(request with { OperationId = "second", IsRepeat = true });

        Assert.Equal(first.Outputs.Select(output => Convert.ToHexString(output.Data)), again.Outputs.Select(output => Convert.ToHexString(output.Data)));
        Assert.Equal((1, 2), (again.Version, other.Version));
        Assert.Equal((2, 2), ((await platform.ReportAsync(name, 1)).Predictions, (await platform.ReportAsync(name, 2)).Predictions));
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.InferAsync(request with { OperationId = "" }));
        Assert.Equal("operation_id", error.Field);
    }

    [Fact]
    public async Task Predict_RepeatOfWhatNeverArrived_IsRecorded()
    {
        var name = await platform.ServeAsync();

        var reply = await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"]) with { OperationId = "lost", IsRepeat = true });

        Assert.Single(reply.PredictionIds);
        Assert.Equal(1, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Predict_OperationIdOfAnotherRequest_IsAnsweredAnew()
    {
        var name = await platform.ServeAsync();
        var first = await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"]) with { OperationId = "first" });

        var other = await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [2], ["b"]) with { OperationId = "first", IsRepeat = true });

        Assert.NotEqual(first.PredictionIds, other.PredictionIds);
        Assert.NotEqual(first.Probabilities, other.Probabilities);
        Assert.Equal(2, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Predict_RepeatOfASampledRequest_CountsOnceAlthoughItWaitsForItsSeal()
    {
        var name = await platform.ServeAsync(LogPolicy.Sampled);
        var request = ServingSamples.Request(name, [1, 2], ["a", "b"]) with { OperationId = "sampled" };
        var first = await platform.Client.Serving.PredictAsync(request);

        var again = await platform.Client.Serving.PredictAsync(request with { IsRepeat = true });

        Assert.Equal(first.PredictionIds, again.PredictionIds);
        Assert.Equal(2, (await platform.ReportAsync(name)).Predictions);
    }

    [Theory]
    [InlineData("")]
    [InlineData(129)]
    public async Task Predict_OperationIdOfAWrongLength_IsRefused(object given)
    {
        var name = await platform.ServeAsync();
        var id = given as string ?? new string('x', (int)given);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"]) with { OperationId = id }));

        Assert.Equal("operation_id", error.Field);
    }

    [Fact]
    public async Task Predict_RevisionToCome_IsRefused()
    {
        var name = await platform.ServeAsync();
        await platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"]) with { MinimumRevision = 1 });

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => platform.Client.Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"]) with { MinimumRevision = 2 }));

        Assert.Equal("minimum_revision", error.Field);
    }
}
