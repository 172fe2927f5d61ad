using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Generators.Tests;

public sealed class TypedPredictionsTests
{
    private readonly IServingClient _serving;
    private PredictRequest? _predicted;
    private InferRequest? _inferred;
    private Tensor[] _outputs = [];

    public TypedPredictionsTests() => _serving = CallProxy.Create<IServingClient>((method, arguments) => method.Name switch
    {
        nameof(IServingClient.PredictAsync) => Task.FromResult(Predict((PredictRequest)arguments[0]!)),
        nameof(IServingClient.InferAsync) => Task.FromResult(Infer((InferRequest)arguments[0]!)),
        _ => throw new NotSupportedException(method.Name),
    });

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predict_RowsOfColumns_SendsColumnsAndReadsPredictions()
    {
        var answers = await _serving.PredictAsync<Customer, Churn>(
            "churn",
            [new(70.5, 12, "month", true, 0.5f, false, 1.25m, 1L << 40), new(20, 1, null, false)],
            new() { Project = "p", OperationId = "o", MinimumRevision = 3, EventTimes = [DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch] },
            Token);

        Assert.Equal([new Churn(0.25, "id-0") { Version = 7 }, new Churn(0.5, "id-1") { Version = 7 }], answers);
        Assert.Equal(("p", "churn", "o", 3, 2), (_predicted!.Project, _predicted.Endpoint, _predicted.OperationId, _predicted.MinimumRevision, _predicted.EventTimes.Length));
        Assert.Equal(["monthly_charges", "Tenure", "Contract", "Paperless", "Score", "Known", "Limit", "Id"], _predicted.Columns.Select(column => column.Name));
        Assert.Equal(["month", ""], _predicted.Columns[2].Texts!);
        double[][] numbers = [[70.5, 20], [12, 1], [1, 0], [0.5, double.NaN], [0, double.NaN], [1.25, double.NaN], [1L << 40, 0]];
        Assert.Equal(numbers, _predicted.Columns.Where(column => column.Numbers is not null).Select(column => column.Numbers!));
    }

    [Fact]
    public async Task Predict_RowsOfColumnsForACaller_SendsItsKey()
    {
        await _serving.PredictAsync<Customer, Churn>("churn", [new(1, 1, "", true)], new() { AffinityKey = "k" }, Token);

        Assert.Equal("k", _predicted!.AffinityKey);
    }

    [Fact]
    public async Task Predict_RowsOfTensors_SendsTensorsOfTheirTypes()
    {
        _outputs =
        [
            Floats("Total", [2], 1.5f, -2), Floats("Hours", [2, 1, 3], 1, 2, 3, 4, 5, 6), Texts("Label", [2, 1], "a", "ö"), Texts("Names", [2, 2], "a", "b", "c", ""),
            new() { Name = "Flags", Type = TensorType.Bool, Shape = [2, 1], Data = [1, 0] },
        ];
        var rows = new Window[]
        {
            new() { Values = [1, 2], Counts = new long[] { -1 }, Day = -3, Holiday = true, Shop = "Zürich", Tags = ["x", "y"] },
            new() { Values = [3, 4], Counts = new long[] { long.MaxValue }, Day = 4, Shop = "", Tags = ["", "z"] },
        };
        var answers = await _serving.PredictAsync<Window, Forecast>("sales", rows, new() { Label = "canary", AffinityKey = "k", Timeout = TimeSpan.FromSeconds(1) }, Token);

        Assert.Equal(("default", "sales", "canary", "k", TimeSpan.FromSeconds(1)), (_inferred!.Project, _inferred.Endpoint, _inferred.Label, _inferred.AffinityKey, _inferred.Timeout));
        Assert.Equal(
            [
                ("input", TensorType.Float32, "2,2", "0000803F000000400000404000008040"),
                ("Counts", TensorType.Int64, "2,1", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F"),
                ("Day", TensorType.Int16, "2", "FDFF0400"),
                ("Holiday", TensorType.Bool, "2", "0100"),
                ("Shop", TensorType.Bytes, "2", "070000005AC3BC7269636800000000"),
                ("Tags", TensorType.Bytes, "2,2", "0100000078010000007900000000010000007A"),
            ],
            _inferred.Inputs.Select(input => (input.Name, input.Type, string.Join(',', input.Shape), Convert.ToHexString(input.Data))));
        Assert.Equal([(1.5, "a"), (-2.0, "ö")], answers.Select(answer => (answer.Total, answer.Label)));
        Assert.Equal([4f, 5f, 6f], answers[1].Hours);
        Assert.Equal(["c", ""], answers[1].Names.ToArray());
        Assert.Equal([[true], [false]], answers.Select(answer => answer.Flags!));
    }

    [Fact]
    public async Task Predict_NoRows_MakesNoCall()
    {
        Assert.Empty(await _serving.PredictAsync<Customer, Churn>("churn", [], cancellationToken: Token));
        Assert.Null(_predicted);
    }

    [Fact]
    public async Task Predict_NaN_IsMissing()
    {
        var reply = new PredictReply { Probabilities = [double.NaN, 0.5], PredictionIds = ["", ""], ModelVersions = [1, 1] };
        var serving = CallProxy.Create<IServingClient>((_, _) => Task.FromResult(reply));

        Assert.Equal([null, 0.5], (await serving.PredictAsync<Customer, Likelihood>("churn", [new(1, 1, "", true), new(1, 1, "", true)], cancellationToken: Token)).Select(answer => answer.Value));
    }

    [Fact]
    public async Task Predict_RowsThatAreWrong_AreRefusedByName()
    {
        Assert.Equal("rows", await RefusedAsync(() => _serving.PredictAsync<Customer, Churn>("e", [null!], cancellationToken: Token)));
        Assert.Equal("input", await RefusedAsync(() => InferAsync(new() { Values = [1] }, new() { Values = [1, 2] })));
        Assert.Equal("Shop", await RefusedAsync(() => InferAsync(new Window() { Shop = null! })));
        Assert.Equal("Tags", await RefusedAsync(() => InferAsync(new Window() { Tags = ["\ud800"] })));
        Assert.Equal("label", await RefusedAsync(() => _serving.PredictAsync<Customer, Churn>("e", [new(1, 1, "", true)], new() { Label = "l" }, Token)));
        Assert.Equal("operation_id", await RefusedAsync(() => _serving.PredictAsync<Window, Forecast>("e", [new()], new() { OperationId = "o" }, Token)));
        Assert.Null(_predicted);
        Assert.Null(_inferred);
    }

    [Fact]
    public async Task Predict_OutputsThatDoNotFit_AreRefusedByName()
    {
        Tensor[] good = [Floats("Total", [1], 1), Floats("Hours", [1, 1], 1), Texts("Label", [1], "a"), Texts("Names", [1, 1], "a"), new() { Name = "Flags", Type = TensorType.Bool, Shape = [1, 1], Data = [1] }];
        foreach (var (name, wrong) in new (string, Tensor?)[]
        {
            ("Total", null), ("Total", Floats("Total", [1, 2], 1, 2)), ("Total", Floats("Total", [], 1)), ("Total", Texts("Total", [1], "1")),
            ("Total", new() { Name = "Total", Type = TensorType.Int64, Shape = [1], Data = new byte[8] }),
            ("Hours", Floats("Hours", [2, 1], 1, 2)), ("Hours", new() { Name = "Hours", Type = TensorType.Float64, Shape = [1, 1], Data = new byte[8] }),
            ("Label", Floats("Label", [1], 1)), ("Label", new() { Name = "Label", Type = TensorType.Bytes, Shape = [1], Data = [1, 0, 0, 0, 255] }),
        })
        {
            _outputs = [.. good.Where(tensor => tensor.Name != name), .. wrong is null ? Array.Empty<Tensor>() : [wrong]];
            Assert.Equal(name, await RefusedAsync(() => InferAsync(new Window())));
        }

        _outputs = good;
        Assert.Single(await InferAsync(new Window()));
        Assert.Equal("Total", await RefusedAsync(() => _serving.PredictAsync<Customer, Forecast>("e", [new(1, 1, "", true)], cancellationToken: Token)));
    }

    [Fact]
    public async Task Predict_AnyRows_ComeBackAsTheyWereSent() => await Gen.Select(Gen.Float, Gen.String).Array[1, 20].SampleAsync(async given =>
    {
        // Unpaired surrogates have no UTF-8.
        var rows = given.Select(row => (Value: row.Item1, Text: new string([.. row.Item2.Where(character => !char.IsSurrogate(character))]))).ToArray();
        var echo = CallProxy.Create<IServingClient>((_, arguments) => Task.FromResult(new InferReply { Outputs = ((InferRequest)arguments[0]!).Inputs }));
        var answers = await echo.PredictAsync<Pair, Pair>("echo", [.. rows.Select(row => new Pair(row.Value, row.Text))], cancellationToken: Token);

        Assert.Equal(rows.Select(row => new Pair(row.Value, row.Text)), answers);
    }, iter: 200);

    private Task<Forecast[]> InferAsync(params Window[] rows) => _serving.PredictAsync<Window, Forecast>("e", rows, cancellationToken: Token);

    private static async Task<string?> RefusedAsync(Func<Task> act) => (await Assert.ThrowsAsync<InvalidInputException>(act)).Field;

    private PredictReply Predict(PredictRequest request)
    {
        _predicted = request;
        return new() { Probabilities = [0.25, 0.5], PredictionIds = ["id-0", "id-1"], ModelVersions = [7, 7] };
    }

    private InferReply Infer(InferRequest request)
    {
        _inferred = _outputs.Length > 0 ? request : throw new NotSupportedException("No outputs were prepared.");
        return new() { Version = 1, Outputs = _outputs };
    }

    private static Tensor Floats(string name, long[] shape, params float[] values) =>
        new() { Name = name, Type = TensorType.Float32, Shape = shape, Data = [.. values.SelectMany(BitConverter.GetBytes)] };

    private static Tensor Texts(string name, long[] shape, params string[] values)
    {
        using var data = new MemoryStream();
        var head = new byte[4];
        foreach (var bytes in values.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteInt32LittleEndian(head, bytes.Length);
            data.Write(head);
            data.Write(bytes);
        }

        return new() { Name = name, Type = TensorType.Bytes, Shape = shape, Data = data.ToArray() };
    }
}
