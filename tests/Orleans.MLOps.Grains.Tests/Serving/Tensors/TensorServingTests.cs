using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Tensors;

public sealed class TensorServingTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private static readonly float[] Known = [.. Enumerable.Range(0, 16).Select(i => i / 16f)];
    private const float Answer = -0.0404990f;

    private IServingClient Serving => platform.Client.Serving;

    [Fact]
    public async Task Infer_OnnxModel_AnswersItsKnownRow()
    {
        var name = await ServeMlpAsync();

        var reply = await Serving.InferAsync(Request(name, 1) with { RequestId = "r" });

        var output = Assert.Single(reply.Outputs);
        Assert.Equal(("output", TensorType.Float32), (output.Name, output.Type));
        Assert.Equal([1, 1], output.Shape);
        Assert.Equal(Answer, Assert.Single(TensorSamples.Floats(output)), 1e-6f);
        Assert.Equal((1, "v1"), (reply.Version, reply.Variant));
    }

    [Fact]
    public async Task Describe_OnnxModel_SaysWhatTheFileSaysAndWhatItDid()
    {
        var name = await ServeMlpAsync();
        await Serving.InferAsync(Request(name, 3));

        var served = await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name });

        var version = Assert.Single(served.Versions);
        var input = Assert.Single(version.Signature.Inputs);
        Assert.Equal(("input", TensorType.Float32, "onnxruntime_onnx"), (input.Name, input.Type, version.Platform));
        Assert.Equal([-1, 16], input.Shape);
        Assert.Equal((3L, 1L, 1L), (version.Statistics.Inferences, version.Statistics.Executions, version.Statistics.Succeeded));
        Assert.NotNull(version.Statistics.LastAt);
    }

    [Fact]
    public async Task Infer_ManyCallers_EveryoneGetsTheirRows()
    {
        var name = await ServeMlpAsync();
        await Task.WhenAll(Enumerable.Range(1, 20).Select(async rows =>
        {
            var output = (await Serving.InferAsync(Request(name, rows))).Outputs[0];
            Assert.Equal([rows, 1], output.Shape);
            Assert.All(TensorSamples.Floats(output), value => Assert.Equal(Answer, value, 1e-6f));
        }));
    }

    [Fact]
    public async Task Infer_Echo_GivesBackWhatItWasGiven()
    {
        var name = ReplayPlatform.NewName();
        await RegisterAsync(new RegisterModelVersion { Model = name, OperationId = "1", Builtin = "echo" });
        await DeployAsync(name, 1);
        var texts = TensorSamples.Texts("INPUT1", "a", "", "öß") with { Shape = [3, 1] };

        var reply = await Serving.InferAsync(new InferRequest { Endpoint = name, Inputs = [texts] });

        Assert.Equal(("OUTPUT1", TensorType.Bytes), (Assert.Single(reply.Outputs).Name, reply.Outputs[0].Type));
        Assert.Equal(texts.Data, reply.Outputs[0].Data);
        Assert.Equal(texts.Shape, reply.Outputs[0].Shape);
    }

    [Fact]
    public async Task Infer_VersionAndLabel_AreThoseThatAnswer()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await RegisterMlpAsync(name, "2");
        await Serving.DeployAsync(ReplayPlatform.Command(name, 1, 2) with
        {
            Variants = [new() { Name = "main", Version = 1, Labels = ["stable"] }, new() { Name = "next", Version = 2, Weight = 0, Labels = ["canary"] }],
        });

        Assert.Equal(1, (await Serving.InferAsync(Request(name, 1))).Version);
        Assert.Equal(2, (await Serving.InferAsync(Request(name, 1) with { Version = 2 })).Version);
        Assert.Equal(2, (await Serving.InferAsync(Request(name, 1) with { Label = "canary" })).Version);
        Assert.Equal("version", (await Assert.ThrowsAsync<NotFoundException>(() => Serving.InferAsync(Request(name, 1) with { Version = 3 }))).Field);
        Assert.Equal("label", (await Assert.ThrowsAsync<NotFoundException>(() => Serving.InferAsync(Request(name, 1) with { Label = "x" }))).Field);
    }

    [Fact]
    public async Task Infer_NetworkOfThePlatform_IsThePredictionOfTheSameColumns()
    {
        var name = await platform.ServeAsync();
        var predicted = await Serving.PredictAsync(ServingSamples.Request(name, [1, -2], ["a", "b"]));
        var served = await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name });
        Assert.Equal(["x", "c"], served.Versions[0].Signature.Inputs.Select(input => input.Name));

        var reply = await Serving.InferAsync(new InferRequest
        {
            Endpoint = name,
            Inputs =
            [
                new Tensor { Name = "x", Type = TensorType.Float64, Shape = [2], Data = [.. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(-2.0)] },
                TensorSamples.Texts("c", "a", "b"),
            ],
        });

        Assert.Equal(["probability", "prediction_id"], reply.Outputs.Select(output => output.Name));
        Assert.Equal(predicted.Probabilities, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(reply.Outputs[0].Data).ToArray());
        Assert.Equal(4, (await platform.ReportAsync(name)).Predictions);
    }

    [Fact]
    public async Task Predict_EndpointOfTensors_SaysWhatToCall()
    {
        var name = await ServeMlpAsync();

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => Serving.PredictAsync(ServingSamples.Request(name, [1], ["a"])));

        Assert.Contains("takes tensors", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shadow_OtherVersion_IsComparedAndDelaysNobody()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await RegisterMlpAsync(name, "2");
        await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Shadow = new ShadowSpec { Version = 2, Share = 0.5 } });

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(1, (await Serving.InferAsync(Request(name, 1))).Version);
        }

        ShadowReport? report;
        do
        {
            report = (await Serving.DescribeAsync(new DescribeEndpoint { Endpoint = name })).Shadow;
        }
        while (report!.Compared + report.Dropped < 5);
        Assert.Equal((2, 0L, 0L), (report.Version, report.Differing, report.Failed));
    }

    [Fact]
    public async Task Limits_BeyondOne_AreRefused()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Limits = new EndpointLimits { Rows = 2, RatePerSecond = 0.001 } });

        await Assert.ThrowsAsync<InvalidInputException>(() => Serving.InferAsync(Request(name, 3)));
        Assert.Equal("rate_per_second", (await Assert.ThrowsAsync<ResourceExhaustedException>(() => Serving.InferAsync(Request(name, 1)))).Field);
    }

    [Fact]
    public async Task Deploy_VersionThatDoesNotGiveTheGoldenOutputs_IsRefusedAndNothingChanges()
    {
        var name = await ServeMlpAsync();
        var expected = new GoldenSample { Inputs = Request(name, 1).Inputs, Outputs = [TensorSamples.Floats("output", [1, 1], Answer)] };
        var command = ReplayPlatform.Command(name, 1);

        var error = await Assert.ThrowsAsync<FailedPreconditionException>(() => Serving.DeployAsync(command with
        {
            GoldenSamples = [expected, expected with { Outputs = [TensorSamples.Floats("output", [1, 1], 1)] }],
        }));

        Assert.Equal("golden_samples[1]", error.Field);
        Assert.Equal(1, (await Serving.GetAsync(name)).Revision);
        Assert.Equal(2, (await Serving.DeployAsync(command with { GoldenSamples = [expected], OperationId = "right" })).Revision);
    }

    [Fact]
    public async Task Deploy_Latest_FollowsWhatIsRegistered()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await Serving.DeployAsync(ReplayPlatform.Command(name) with { Versions = new VersionPolicy() });
        Assert.Equal(1, (await Serving.InferAsync(Request(name, 1))).Version);

        await RegisterMlpAsync(name, "2");
        var deployed = await Serving.DeployAsync(ReplayPlatform.Command(name) with { Versions = new VersionPolicy { Latest = 2 } });

        Assert.Equal([2, 1], deployed.Variants.Select(variant => variant.Version));
        Assert.Equal(2, (await Serving.InferAsync(Request(name, 1))).Version);
        Assert.Equal(1, (await Serving.InferAsync(Request(name, 1) with { Version = 1 })).Version);
    }

    [Fact]
    public async Task Deploy_Canary_GetsItsShareAndRollbackEndsIt()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await RegisterMlpAsync(name, "2");
        await DeployAsync(name, 1);

        var begun = await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with { Canary = new CanarySpec { Version = 2, Steps = [0.5], StepDuration = TimeSpan.FromHours(1) } });
        Assert.Equal((CanaryStatus.Running, 0.5), (begun.Canary!.Status, begun.Variants[^1].Weight));
        Assert.Equal(2, (await Serving.InferAsync(Request(name, 1) with { Label = "canary" })).Version);

        var back = await Serving.RollbackAsync(name, "by hand", "back");
        Assert.Equal((CanaryStatus.RolledBack, 1), (back.Canary!.Status, Assert.Single(back.Variants).Version));
    }

    [Fact]
    public async Task Deploy_CanaryOfTensors_AdvancesWithoutMonitors()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await RegisterMlpAsync(name, "2");
        var endpoint = await Serving.DeployAsync(ReplayPlatform.Command(name, 1) with
        {
            Canary = new CanarySpec { Version = 2, Steps = [0.5], StepDuration = TimeSpan.FromMilliseconds(1), MinimumRequests = 1, MaximumLatencyRatio = 0 },
        });

        while (endpoint.Canary!.Status == CanaryStatus.Running)
        {
            await Serving.InferAsync(Request(name, 1) with { Label = "canary" });
            platform.Clock.Advance(TimeSpan.FromSeconds(1));
            endpoint = await Serving.GetAsync(name);
        }

        Assert.Equal(CanaryStatus.Promoted, endpoint.Canary.Status);
    }

    [Fact]
    public async Task Remove_Endpoint_AnswersNoMoreAndComesBackWithALaterRevision()
    {
        var name = await ServeMlpAsync();
        var command = new RemoveEndpoint { Name = name, OperationId = "gone" };

        await Serving.RemoveAsync(command);
        await Serving.RemoveAsync(command);

        await Assert.ThrowsAsync<NotFoundException>(() => Serving.InferAsync(Request(name, 1)));
        await Assert.ThrowsAsync<NotFoundException>(() => Serving.GetAsync(name));
        Assert.Equal(2, (await DeployAsync(name, 1)).Revision);
        Assert.Equal(1, (await Serving.InferAsync(Request(name, 1))).Version);
    }

    [Fact]
    public async Task Register_WhatIsNoModel_IsRefused()
    {
        var name = ReplayPlatform.NewName();

        Assert.Equal("onnx", (await RefuseAsync(new() { Model = name, OperationId = "1", Onnx = await platform.Blobs.WriteAsync([1, 2, 3]) })).Field);
        Assert.Equal("builtin", (await RefuseAsync(new() { Model = name, OperationId = "1", Builtin = "other" })).Field);
        Assert.Equal("tensors", (await RefuseAsync(new() { Model = name, OperationId = "1", Onnx = await MlpAsync(), Tensors = new() })).Field);

        async Task<InvalidInputException> RefuseAsync(RegisterModelVersion command) => await Assert.ThrowsAsync<InvalidInputException>(() => RegisterAsync(command));
    }

    [Fact]
    public async Task Register_NumberOfItsOwn_IsKeptAndNumbersOnlyGrow()
    {
        var name = ReplayPlatform.NewName();

        Assert.Equal(3, (await RegisterAsync(new() { Model = name, OperationId = "3", Builtin = "echo", Version = 3 })).Version);
        Assert.Equal(4, (await RegisterAsync(new() { Model = name, OperationId = "4", Builtin = "echo" })).Version);
        await Assert.ThrowsAsync<FailedPreconditionException>(() => RegisterAsync(new() { Model = name, OperationId = "2", Builtin = "echo", Version = 2 }));
    }

    private async Task<string> ServeMlpAsync()
    {
        var name = ReplayPlatform.NewName();
        await RegisterMlpAsync(name, "1");
        await DeployAsync(name, 1);
        return name;
    }

    private Task<EndpointInfo> DeployAsync(string name, int version) => Serving.DeployAsync(ReplayPlatform.Command(name, version));

    private async Task RegisterMlpAsync(string name, string operation) => await RegisterAsync(new RegisterModelVersion { Model = name, OperationId = operation, Onnx = await MlpAsync() });

    private Task<ModelVersionInfo> RegisterAsync(RegisterModelVersion command) => platform.Client.Models.RegisterAsync(command);

    private async Task<BlobRef> MlpAsync() => await platform.Blobs.WriteAsync(await File.ReadAllBytesAsync(TensorSamples.MlpFile));

    private static InferRequest Request(string endpoint, int rows) =>
        new() { Endpoint = endpoint, Inputs = [TensorSamples.Floats("input", [rows, 16], [.. Enumerable.Range(0, rows).SelectMany(_ => Known)])] };
}
