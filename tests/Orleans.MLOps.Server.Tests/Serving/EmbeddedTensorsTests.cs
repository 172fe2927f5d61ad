using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Models;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Server.Tests.Serving;

/// <summary>Models of tensors out of a node: in the caller's process, and back in as another model.</summary>
public sealed class EmbeddedTensorsTests(ServingNode node) : IClassFixture<ServingNode>
{
    private static readonly TabularNetworkSpec Network = new()
    {
        Numeric = [new() { Name = "distance", Mean = 500f, Scale = 300f }, new() { Name = "hour", Mean = 12f, Scale = 7f }],
        Categorical = [new() { Name = "carrier", Vocabulary = ["a", "b", "c"], EmbeddingSize = 3 }],
        Hidden = [16, 8],
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IMlopsClient Mlops => node.Node.Client;

    [Fact]
    public async Task Infer_SameTensorsThroughEveryDoor_GivesTheSameBits()
    {
        using var embedded = await LoadAsync("mlp");
        using var grpc = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        var random = new Random(7);
        foreach (var rows in new[] { 1, 2, 63, 64, 65, 1025 })
        {
            float[] values = [.. Enumerable.Range(0, rows * 16).Select(_ => (float)((random.NextDouble() * 20) - 10))];
            var request = new InferRequest { Endpoint = "mlp", Inputs = [Floats("input", [rows, 16], values)] };

            var expected = Assert.Single(embedded.Infer(request.Inputs));

            foreach (var serving in new[] { Mlops.Serving, grpc.Serving })
            {
                Same(expected, Assert.Single((await serving.InferAsync(request, Cancel)).Outputs));
            }

            Assert.Equal(expected.Data, await RestAsync("mlp", rows, values));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_ExportedModel_ServesTheSameBits(bool overGrpc)
    {
        using var grpc = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        IMlopsClient mlops = overGrpc ? grpc : Mlops;
        var model = $"scores-{overGrpc}";
        var copied = $"copied-{model}";
        await RegisterAsync(model);
        await DeployAsync(model);
        using var bytes = await ExportAsync(model, mlops);

        var imported = await mlops.ImportPackageAsync(bytes, copied, cancellationToken: Cancel);
        var again = await mlops.ImportPackageAsync(bytes, copied, cancellationToken: Cancel);
        await DeployAsync(copied);

        var original = await Mlops.Models.GetVersionAsync(model, 1, cancellationToken: Cancel);
        Assert.Equal((original.Digest, original.Onnx, 1), (imported.Digest, imported.Onnx, again.Version));
        Assert.Equal(JsonSerializer.Serialize(original.Tensors), JsonSerializer.Serialize(imported.Tensors));
        using var second = await ExportAsync(copied, mlops);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        using var copy = ModelPackage.Open(second, cancellationToken: Cancel);
        Assert.Equal(package.ReadEntry(ModelPackageFormat.Onnx), copy.ReadEntry(ModelPackageFormat.Onnx));
        using var embedded = EmbeddedModel.Load(copy);
        Tensor[] inputs =
        [
            Floats("numeric", [3, 2], 810.5f, 7, 1, 23, 12, 0),
            new() { Name = "categories", Type = TensorType.Int64, Shape = [3, 1], Data = MemoryMarshal.AsBytes<long>(new long[] { 0, 3, 1 }).ToArray() },
        ];
        var expected = Assert.Single(embedded.Infer(inputs, ["probability"]));
        foreach (var endpoint in new[] { model, copied })
        {
            Same(expected, Assert.Single((await Mlops.Serving.InferAsync(new() { Endpoint = endpoint, Inputs = inputs, Outputs = ["probability"] }, Cancel)).Outputs));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RegisterConverted_FileWithItsComparison_IsDeployedOnlyWhereThatPassed(bool passed)
    {
        var model = $"converted-{passed}";
        var converted = new ConvertedModule
        {
            Onnx = OnnxExporter.Export(Network, WeightInitializer.Create(Network, 3)),
            Parity = new() { Rows = 1010, MaxAbsoluteDifference = passed ? 1e-7 : 0.25, Passed = passed },
        };

        var version = await Mlops.RegisterConvertedAsync(converted, new() { Model = model, OperationId = model }, Cancel);
        var error = await Record.ExceptionAsync(() => DeployAsync(model));

        Assert.Equal((1010L, converted.Parity.MaxAbsoluteDifference, passed), (version.Parity!.Rows, version.Parity.MaxAbsoluteDifference, version.Parity.Passed));
        Assert.Equal(passed, error is null);
        Assert.True(passed || error is FailedPreconditionException);
        await Assert.ThrowsAsync<InvalidInputException>(() => Mlops.RegisterConvertedAsync(converted, new() { Model = model, OperationId = "x", Parity = new() }, Cancel));
    }

    [Fact]
    public async Task Import_ManifestThatNamesOtherTensorsThanTheFile_RegistersNothing()
    {
        using var bytes = await ExportAsync("mlp");
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        var tensors = package.Manifest.Tensors!;
        using var wrong = new MemoryStream();
        await ModelPackageWriter.WriteAsync(
            package.Manifest with { Tensors = tensors with { Inputs = [tensors.Inputs[0] with { Shape = [-1, 8] }] } },
            (entry, stream, token) => stream.WriteAsync(package.ReadEntry(entry.Name), token).AsTask(), wrong, Cancel);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => Mlops.ImportPackageAsync(wrong, "wrong", cancellationToken: Cancel));

        Assert.Contains("it takes 'input' FP32 [-1, 16]", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => Mlops.Models.GetVersionAsync("wrong", 1, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Export_Echo_IsRefused() => Assert.Contains(
        "is the builtin 'echo'", (await Assert.ThrowsAsync<FailedPreconditionException>(() => ExportAsync("echo"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Infer_WrongTensors_AreRefusedInTheSameWords()
    {
        using var embedded = await LoadAsync("mlp");
        var good = Floats("input", [1, 16], ServingNode.Row);
        foreach (var (inputs, outputs) in new (Tensor[], string[])[]
        {
            ([], []),
            ([good, good], []),
            ([good with { Name = "x" }], []),
            ([good with { Type = TensorType.Float64 }], []),
            ([good with { Shape = [16] }], []),
            ([good with { Shape = [-1, 16] }], []),
            ([good with { Shape = [2, 16] }], []),
            ([good], ["score"]),
            ([good], ["output", "output"]),
        })
        {
            var here = Assert.Throws<InvalidInputException>(() => embedded.Infer(inputs, outputs));
            var there = await Assert.ThrowsAsync<InvalidInputException>(() => Mlops.Serving.InferAsync(new() { Endpoint = "mlp", Inputs = inputs, Outputs = outputs }, Cancel));
            Assert.Equal((there.Message.Replace("endpoint 'mlp'", "model 'mlp'", StringComparison.Ordinal), there.Field), (here.Message, here.Field));
        }
    }

    [Fact]
    public async Task Predict_TypedRowsOfTensors_AreThoseOfAnEndpoint()
    {
        using var embedded = await LoadAsync("mlp");
        Pixels[] rows = [new(ServingNode.Row), new([.. ServingNode.Row.Reverse()])];

        Assert.Equal(await Mlops.Serving.PredictAsync<Pixels, Score>("mlp", rows, cancellationToken: Cancel), embedded.Predict<Pixels, Score>(rows));
        Assert.Empty(embedded.Predict<Pixels, Score>([]));
        Assert.Throws<FailedPreconditionException>(() => embedded.Predict<Flight, Delay>([new(1, 2, "a")]));
    }

    private static void Same(Tensor expected, Tensor given)
    {
        Assert.Equal((expected.Name, expected.Type), (given.Name, given.Type));
        Assert.Equal(expected.Shape, given.Shape);
        Assert.Equal(expected.Data, given.Data);
    }

    private static Tensor Floats(string name, long[] shape, params float[] values) => InputTensors.Numbers(name, values) with { Shape = shape };

    private async Task<byte[]> RestAsync(string endpoint, int rows, float[] values)
    {
        var answer = await node.PostAsync(
            $"/v2/models/{endpoint}/infer", $$"""{"inputs":[{"name":"input","shape":[{{rows}},16],"datatype":"FP32","data":{{JsonSerializer.Serialize(values)}}}]}""");
        return MemoryMarshal.AsBytes(answer.GetProperty("outputs")[0].GetProperty("data").Deserialize<float[]>().AsSpan()).ToArray();
    }

    private async Task<MemoryStream> ExportAsync(string model, IMlopsClient? mlops = null)
    {
        var bytes = new MemoryStream();
        await (mlops ?? Mlops).ExportPackageAsync(model, 1, bytes, cancellationToken: Cancel);
        return bytes;
    }

    private async Task<EmbeddedModel> LoadAsync(string model)
    {
        using var bytes = await ExportAsync(model);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        return EmbeddedModel.Load(package);
    }

    private async Task RegisterAsync(string model)
    {
        using var content = new MemoryStream(OnnxExporter.Export(Network, WeightInitializer.Create(Network, 3)));
        var onnx = await Mlops.Models.UploadAsync(content, Cancel);
        await Mlops.Models.RegisterAsync(new() { Model = model, OperationId = model, Onnx = onnx }, Cancel);
    }

    private Task<EndpointInfo> DeployAsync(string model) =>
        Mlops.Serving.DeployAsync(new() { Name = model, Model = model, Variants = [new() { Name = "only", Version = 1 }], OperationId = model }, Cancel);
}
