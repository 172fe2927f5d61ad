using System.Runtime.InteropServices;
using Orleans.MLOps.Client.Models.Packages;
using Orleans.MLOps.Client.Serving;
using Orleans.MLOps.Client.Tests.Models.Packages;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Features;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Tests.Serving;

public sealed class EmbeddedTensorsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Infer_ModelOfTensors_GivesWhatTheEngineComputes()
    {
        using var model = await LoadAsync();
        using var engine = new OnnxEngine(TensorPackage.Onnx);
        foreach (var rows in new[] { 0, 1, 2, 65 })
        {
            float[] numbers = [.. Enumerable.Range(0, rows).Select(row => row * 0.75f)];
            long[] indices = [.. Enumerable.Range(0, rows).Select(row => (long)row % 3)];

            // In another order than the signature's.
            var given = Assert.Single(model.Infer(Categories(indices), Numeric(numbers)));

            var expected = Assert.Single(engine.Run(
                [new("numeric", ElementType.Float32, [rows, 1], Bytes(numbers)), new("categories", ElementType.Int64, [rows, 1], Bytes(indices))], []));
            Assert.Equal(("probability", TensorType.Float32), (given.Name, given.Type));
            Assert.Equal([rows, 1L], given.Shape);
            Assert.Equal(expected.Data.ToArray(), given.Data);
            Assert.Equal(given.Data, Assert.Single(model.Infer([Numeric(numbers), Categories(indices)], ["probability"])).Data);
        }
    }

    [Fact]
    public async Task Load_AfterwardsWithoutTheFile_Answers()
    {
        var package = await TensorPackage.OpenAsync();
        using var model = EmbeddedModel.Load(package);
        package.Dispose();

        Assert.Equal(("scores", 2), (model.Manifest.Model, model.Manifest.Version));
        Assert.Equal(Json.Of(TensorPackage.Tensors), Json.Of(model.Tensors));
        Assert.Single(model.Infer(Numeric(1), Categories(1)));
    }

    [Fact]
    public async Task Infer_WrongTensors_AreRefusedByName()
    {
        using var model = await LoadAsync();
        const string takes = "'numeric' FP32 [-1, 1], 'categories' INT64 [-1, 1]";

        Refused("categories", $"Input 'categories' is missing; model 'scores' takes {takes}.", Numeric(1));
        Refused("inputs", $"Input 'age' is not one of model 'scores'; it takes {takes}.", Numeric(1), Numeric(1) with { Name = "age" });
        Refused("inputs", $"3 inputs were given; model 'scores' takes 2: {takes}.", Numeric(1), Categories(1), Categories(1));
        Refused("numeric", "Input 'numeric' is given twice.", Numeric(1), Numeric(1));
        Refused("numeric", "Input 'numeric' is FP64; FP32 is expected.", Numeric(1) with { Type = TensorType.Float64 }, Categories(1));
        Refused("numeric", "Input 'numeric' has the shape [1]; [-1, 1] is expected.", Numeric(1) with { Shape = [1] }, Categories(1));
        Refused("numeric", "Input 'numeric' has 4 bytes; 8 are expected for FP32 of shape [2, 1].", Numeric(1) with { Shape = [2, 1] }, Categories(1));
        Refused("inputs", "The inputs, their names, shapes and data, and the outputs must not be null.", Numeric(1), null!);
        Refused("inputs", "The inputs, their names, shapes and data, and the outputs must not be null.", Numeric(1) with { Data = null! }, Categories(1));

        void Refused(string field, string message, params Tensor[] inputs)
        {
            var error = Assert.Throws<InvalidInputException>(() => model.Infer(inputs));
            Assert.Equal((field, message), (error.Field, error.Message));
        }
    }

    [Fact]
    public async Task Infer_WrongOutputs_AreRefusedByName()
    {
        using var model = await LoadAsync();

        Assert.Contains(
            "Output 'score' is not one of model 'scores'; it gives 'probability' FP32 [-1, 1].",
            Assert.Throws<InvalidInputException>(() => model.Infer([Numeric(1), Categories(1)], ["score"])).Message,
            StringComparison.Ordinal);
        Assert.Equal("outputs", Assert.Throws<InvalidInputException>(() => model.Infer([Numeric(1), Categories(1)], ["probability", "probability"])).Field);
        Assert.Equal("outputs", Assert.Throws<InvalidInputException>(() => model.Infer([Numeric(1), Categories(1)], [null!])).Field);
    }

    /// <summary>The signature takes any category; only the model finds out that it has none of that number.</summary>
    [Fact]
    public async Task Infer_WhatTheModelCannotCompute_IsRefusedAndTheNextIsAnswered()
    {
        using var model = await LoadAsync();

        Assert.Equal("inputs", Assert.Throws<InvalidInputException>(() => model.Infer(Numeric(1), Categories(1000))).Field);
        Assert.Equal("inputs", Assert.Throws<InvalidInputException>(() => model.Infer(Numeric(1, 2), Categories(1, 1, 1))).Field);
        Assert.Single(model.Infer(Numeric(1), Categories(1)));
    }

    [Fact]
    public async Task Predict_ModelOfTensors_SaysThatItTakesTensors()
    {
        using var model = await LoadAsync();

        Assert.Equal(
            "Model 'scores' takes tensors, not columns of features; infer with it instead.",
            Assert.Throws<FailedPreconditionException>(() => model.Predict(new FeatureColumn { Name = "numeric", Numbers = [1] })).Message);
    }

    [Fact]
    public async Task Infer_FromManyThreads_GivesTheSame()
    {
        using var model = await LoadAsync();
        var expected = model.Infer(Numeric(3), Categories(2))[0].Data;

        var given = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () => Enumerable.Range(0, 200).Select(_ => model.Infer(Numeric(3), Categories(2))[0].Data).ToArray(), Token)));

        Assert.All(given.SelectMany(data => data), data => Assert.Equal(expected, data));
    }

    [Fact]
    public async Task Infer_AfterDisposal_IsRefused()
    {
        var model = await LoadAsync();
        model.Dispose();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.Infer(Numeric(1), Categories(1)));
    }

    [Fact]
    public async Task Infer_NetworkOfThePlatform_GivesTheProbabilitiesOfItsColumns()
    {
        var contents = SamplePackage.Contents();
        contents[ModelPackageFormat.Onnx] = TensorPackage.Onnx;
        using var package = await SamplePackage.OpenAsync(contents);
        using var model = EmbeddedModel.Load(package);
        var tenure = new Tensor { Name = "tenure", Type = TensorType.Float64, Shape = [2], Data = Bytes(7.0, double.NaN) };
        var contract = new Tensor { Name = "contract", Type = TensorType.Bytes, Shape = [2], Data = [2, 0, 0, 0, 0xC3, 0x9F, 0, 0, 0, 0] };

        var given = Assert.Single(model.Infer(contract, tenure));

        Assert.Equal(("probability", TensorType.Float64, 2L), (given.Name, given.Type, Assert.Single(given.Shape)));
        Assert.Equal(
            model.Predict(new() { Name = "tenure", Numbers = [7, double.NaN] }, new() { Name = "contract", Texts = ["ß", ""] }),
            MemoryMarshal.Cast<byte, double>(given.Data).ToArray());
        Assert.Equal(given.Data, Assert.Single(model.Infer([tenure, contract], ["probability"])).Data);
        Assert.Equal("tenure", Assert.Throws<InvalidInputException>(() => model.Infer(contract)).Field);
        Assert.Contains(
            "it gives 'probability' FP64 [-1].", Assert.Throws<InvalidInputException>(() => model.Infer([tenure, contract], ["prediction_id"])).Message, StringComparison.Ordinal);
        Assert.Equal(
            "Input 'contract' of row 0 is not UTF-8.", Assert.Throws<InvalidInputException>(() => model.Infer(tenure, contract with { Data = [2, 0, 0, 0, 0xC3, 0xC3, 0, 0, 0, 0] })).Message);
    }

    private static async Task<EmbeddedModel> LoadAsync()
    {
        using var package = await TensorPackage.OpenAsync();
        return EmbeddedModel.Load(package);
    }

    private static Tensor Numeric(params float[] values) => new() { Name = "numeric", Type = TensorType.Float32, Shape = [values.Length, 1], Data = Bytes(values) };

    private static Tensor Categories(params long[] values) => new() { Name = "categories", Type = TensorType.Int64, Shape = [values.Length, 1], Data = Bytes(values) };

    private static byte[] Bytes<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
