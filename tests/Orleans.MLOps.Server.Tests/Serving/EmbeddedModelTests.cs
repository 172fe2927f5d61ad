using System.Text.Json;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Serving;
using Orleans.MLOps.Serving.Typed;

namespace Orleans.MLOps.Server.Tests.Serving;

public sealed class EmbeddedModelTests(ServingNode node) : IClassFixture<ServingNode>
{
    private const string Model = "parity";

    private static readonly TabularNetworkSpec Network = new()
    {
        Numeric = [new() { Name = "distance", Mean = 500f, Scale = 300f }, new() { Name = "hour", Mean = 12f, Scale = 7f }],
        Categorical = [new() { Name = "carrier", Vocabulary = ["a", "b", "ö"], EmbeddingSize = 3 }],
        Hidden = [16, 8],
    };

    private static readonly string[] Carriers = ["a", "b", "ö", "", "unknown"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_SameRowsThroughEveryDoor_AreTheSameBits()
    {
        await DeployAsync();
        using var folder = new TemporaryFolder();
        var path = folder.At("parity.mlops.zip");
        await using (var file = File.Create(path))
        {
            await node.Node.Client.ExportPackageAsync(Model, 1, file, cancellationToken: Cancel);
        }

        using var embedded = EmbeddedModel.Load(path);
        using var grpc = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        var random = new Random(7);
        foreach (var rows in new[] { 1, 2, 63, 64, 65, 1025 })
        {
            var columns = Draw(random, rows);
            var expected = Bits(embedded.Predict(columns));

            Assert.Equal(expected, Bits((await node.Node.Client.Serving.PredictAsync(new() { Endpoint = Model, Columns = columns }, Cancel)).Probabilities));
            Assert.Equal(expected, Bits((await grpc.Serving.PredictAsync(new() { Endpoint = Model, Columns = columns }, Cancel)).Probabilities));
            Assert.Equal(expected, Bits(await RestAsync(columns, rows)));
        }
    }

    [Fact]
    public async Task Infer_SameColumnsAsTensors_GivesTheBitsOfAnEndpoint()
    {
        await DeployAsync();
        using var bytes = new MemoryStream();
        await node.Node.Client.ExportPackageAsync(Model, 1, bytes, cancellationToken: Cancel);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        using var embedded = EmbeddedModel.Load(package);
        foreach (var rows in new[] { 0, 1, 65 })
        {
            Tensor[] inputs = [.. Draw(new Random(rows), rows).Select(column => column.Texts is { } texts ? InputTensors.Texts(column.Name, texts) : InputTensors.Numbers(column.Name, column.Numbers!))];

            var here = Assert.Single(embedded.Infer(inputs));
            var there = Assert.Single((await node.Node.Client.Serving.InferAsync(new() { Endpoint = Model, Inputs = inputs, Outputs = ["probability"] }, Cancel)).Outputs);

            Assert.Equal((there.Name, there.Type, there.Shape[0]), (here.Name, here.Type, here.Shape[0]));
            Assert.Equal(there.Data, here.Data);
        }
    }

    [Fact]
    public async Task Predict_TypedRowsThroughEveryClient_AreTheSame()
    {
        await DeployAsync();
        using var bytes = new MemoryStream();
        await node.Node.Client.ExportPackageAsync(Model, 1, bytes, cancellationToken: Cancel);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        using var embedded = EmbeddedModel.Load(package);
        using var grpc = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        Flight[] flights = [new(810.5, 7, "a"), new(null, 23, null), new(12, 0, "nobody")];

        var here = embedded.Predict<Flight, Delay>(flights);
        Assert.Equal(Bits(embedded.Predict(
            new FeatureColumn { Name = "distance", Numbers = [810.5, double.NaN, 12] },
            new FeatureColumn { Name = "hour", Numbers = [7, 23, 0] },
            new FeatureColumn { Name = "carrier", Texts = ["a", "", "nobody"] })), Bits([.. here.Select(delay => delay.Probability)]));
        foreach (var serving in new[] { node.Node.Client.Serving, grpc.Serving })
        {
            Assert.Equal(here, await serving.PredictAsync<Flight, Delay>(Model, flights, cancellationToken: Cancel));
            var scores = await serving.PredictAsync<Pixels, Score>("mlp", [new(ServingNode.Row), new(ServingNode.Row)], new() { Version = 1 }, Cancel);
            Assert.All(scores, score => Assert.Equal(ServingNode.Answer, score.Value, 1e-6));
            Assert.Equal(2, scores.Length);
        }
    }

    [Fact]
    public async Task Predict_WrongColumns_AreRefusedInTheSameWords()
    {
        await DeployAsync();
        using var bytes = new MemoryStream();
        await node.Node.Client.ExportPackageAsync(Model, 1, bytes, cancellationToken: Cancel);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        using var embedded = EmbeddedModel.Load(package);
        var good = Draw(new Random(1), 2);
        foreach (FeatureColumn[] columns in new FeatureColumn[][]
        {
            good[1..],
            [.. good, new() { Name = "age", Numbers = [1, 2] }],
            [.. good, good[0]],
            [good[0], good[1], new() { Name = "carrier", Texts = ["a"] }],
            [good[0], good[1], new() { Name = "carrier", Numbers = [1, 2] }],
            [good[0] with { Numbers = [1, double.NegativeInfinity] }, good[1], good[2]],
        })
        {
            var here = Assert.Throws<InvalidInputException>(() => embedded.Predict(columns));
            var there = await Assert.ThrowsAsync<InvalidInputException>(() => node.Node.Client.Serving.PredictAsync(new() { Endpoint = Model, Columns = columns }, Cancel));
            Assert.Equal((there.Message, there.Field), (here.Message, here.Field));
        }
    }

    [Fact]
    public async Task ReportTo_AnEndpointOverGrpc_MonitorsWhatIsAnsweredHere()
    {
        await DeployAsync();
        using var bytes = new MemoryStream();
        await node.Node.Client.ExportPackageAsync(Model, 1, bytes, cancellationToken: Cancel);
        using var package = ModelPackage.Open(bytes, cancellationToken: Cancel);
        using var embedded = EmbeddedModel.Load(package);
        using var grpc = MlopsGrpcClient.Connect(node.Node.GrpcAddress.ToString());
        await grpc.Monitoring.FlushAsync(Model, cancellationToken: Cancel);
        var before = await grpc.Monitoring.GetReportAsync(Model, 1, cancellationToken: Cancel);

        var ids = new List<string>();
        await using (var telemetry = embedded.ReportTo(grpc.Serving, Model, new() { Reported = (_, reply) => ids.AddRange(reply.PredictionIds) }))
        {
            embedded.Predict(Draw(new Random(3), 1500));
            await telemetry.FlushAsync(Cancel);
        }

        Assert.Equal(1500, ids.Distinct().Count());
        var labels = await grpc.Monitoring.LabelAsync(new() { Endpoint = Model, PredictionIds = [ids[0], ids[1499]], Values = [0, 1], ObservedAt = [DateTimeOffset.UtcNow, DateTimeOffset.UtcNow] }, Cancel);
        Assert.Equal(2, labels.Accepted);
        await grpc.Monitoring.FlushAsync(Model, cancellationToken: Cancel);
        var after = await grpc.Monitoring.GetReportAsync(Model, 1, cancellationToken: Cancel);
        Assert.Equal((1500, 2), (after.Predictions - before.Predictions, after.Labelled - before.Labelled));
    }

    private async Task<double[]> RestAsync(FeatureColumn[] columns, int rows)
    {
        // JSON has no word for NaN, so the bodies are put together by hand.
        var inputs = columns.Select(column =>
        {
            var (type, data) = column.Texts is { } texts ? ("BYTES", texts.Select(text => JsonSerializer.Serialize(text))) : ("FP64", column.Numbers!.Select(number => number.ToString("R")));
            return $$"""{"name":"{{column.Name}}","shape":[{{rows}}],"datatype":"{{type}}","data":[{{string.Join(',', data)}}]}""";
        });
        var answer = await node.PostAsync($"/v2/models/{Model}/infer", $$"""{"inputs":[{{string.Join(',', inputs)}}],"outputs":[{"name":"probability"}]}""");
        return answer.GetProperty("outputs")[0].GetProperty("data").Deserialize<double[]>()!;
    }

    private static FeatureColumn[] Draw(Random random, int rows) =>
    [
        new() { Name = "distance", Numbers = [.. Enumerable.Range(0, rows).Select(row => row % 7 == 6 ? double.NaN : random.NextDouble() * 3000)] },
        new() { Name = "hour", Numbers = [.. Enumerable.Range(0, rows).Select(_ => (double)random.Next(24))] },
        new() { Name = "carrier", Texts = [.. Enumerable.Range(0, rows).Select(_ => Carriers[random.Next(Carriers.Length)])] },
    ];

    private static long[] Bits(double[] probabilities) => Array.ConvertAll(probabilities, BitConverter.DoubleToInt64Bits);

    /// <summary>Safe to repeat: the second test finds what the first has deployed.</summary>
    private async Task DeployAsync()
    {
        var mlops = node.Node.Client;
        var weights = WeightInitializer.Create(Network, 3);
        await mlops.Models.RegisterAsync(
            new()
            {
                Model = Model,
                OperationId = "parity-1",
                Onnx = await UploadAsync(OnnxExporter.Export(Network, weights)),
                Weights = await UploadAsync(SafeTensorsFile.Write(weights)),
                NetworkJson = Network.ToJson(),
                Signature = [new() { Name = "distance" }, new() { Name = "hour" }, new() { Name = "carrier", Categorical = true }],
                Parity = new() { Rows = 1, Passed = true },
            },
            Cancel);
        await mlops.Serving.DeployAsync(new() { Name = Model, Model = Model, Variants = [new() { Name = "only", Version = 1 }], OperationId = "parity-1" }, Cancel);

        async Task<BlobRef> UploadAsync(byte[] bytes)
        {
            using var content = new MemoryStream(bytes);
            return await mlops.Models.UploadAsync(content, Cancel);
        }
    }
}
