using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CsCheck;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class ModuleParityTests
{
    private static readonly EngineTensorSpec Row = new("x", ElementType.Float32, [-1, 4]);

    public ModuleParityTests() => TorchNative.EnsureLoadable();

    [Fact]
    public void Convert_Module_GivesTheFileWithItsComparison()
    {
        using var module = Sequential(Linear(4, 8), ReLU(), Linear(8, 1));
        var converted = ModuleConversion.Convert(module, Holdout(10));
        Assert.Equal(ModuleOnnxExporter.Export(module, Row), converted.Onnx.ToArray());
        Assert.Equal(ModuleParity.Run(module, converted.Onnx.ToArray(), Holdout(10)), converted.Parity);
        Assert.True(converted.Parity.Passed);
        Assert.Throws<ArgumentException>(() => ModuleConversion.Convert(module, Holdout(1) with { Shape = [], Data = new byte[4] }));
    }

    [Fact]
    public void Run_ExportedNetwork_PassesOnHoldoutRandomAndExtremeRows()
    {
        using var module = SmallNetworks.Classifier();
        module.train();
        var report = ModuleParity.Run(module, ModuleOnnxExporter.Export(module, Row), Holdout(100));
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(1100, report.Rows);
        Assert.Null(report.FirstFailingRow);
        Assert.InRange(report.MaxAbsoluteDifference, 1e-12, 1e-5);
        Assert.True(module.training);
        Assert.Equal(report, ModuleParity.Run(module, ModuleOnnxExporter.Export(module, Row), Holdout(100)));
    }

    [Theory]
    [InlineData("0.weight")]
    [InlineData("2.bias")]
    public void Run_FlippedWeightByte_Fails(string weight)
    {
        using var module = SmallNetworks.Classifier();
        var file = ModuleOnnxExporter.Export(module, Row);
        var pattern = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(pattern, module.state_dict()[weight].data<float>().ToArray()[^1]);
        var position = file.AsSpan().IndexOf(pattern);
        Assert.True(position > 0);
        file[position + 3] ^= 0x40;
        var report = ModuleParity.Run(module, file, Holdout(20));
        Assert.False(report.Passed);
        Assert.True(report.MaxAbsoluteDifference > 1e-4);
        Assert.InRange(report.FirstFailingRow!.Value, 0, report.Rows - 1);
    }

    [Fact]
    public void Run_DifferenceInOneRow_NamesTheRow()
    {
        using var module = ReLU();
        var graph = new OnnxGraph("clipped");
        graph.Input("x", OnnxGraph.Float, OnnxDimension.Batch, 4);
        graph.Node("Clip", "y", ["x", graph.Constant("lowest", [], [0f]), graph.Constant("highest", [], [50f])]);
        graph.Output("y", OnnxGraph.Float, OnnxDimension.Batch, 4);
        var values = new float[5 * 4];
        values[3 * 4 + 2] = 60f;
        var report = ModuleParity.Run(module, graph.ToArray(), Tensor(values, 5, 4));
        Assert.Equal((false, 3), (report.Passed, report.FirstFailingRow));
        Assert.Equal(10.0, report.MaxAbsoluteDifference, 1e-6);
    }

    [Fact]
    public void Run_NotANumberInBoth_Fails()
    {
        using var module = Linear(4, 1);
        using (torch.no_grad())
            module.bias!.fill_(float.NaN);
        var report = ModuleParity.Run(module, ModuleOnnxExporter.Export(module, Row), Holdout(2));
        Assert.Equal((false, 1.0, 0), (report.Passed, report.MaxAbsoluteDifference, report.FirstFailingRow));
    }

    [Fact]
    public void Run_Embedding_DrawsFromTheVocabulary()
    {
        using var module = Sequential(Embedding(7, 3), new RecurrentLayer(LSTM(3, 5, batchFirst: true), lastStep: true), Linear(5, 2));
        var file = ModuleOnnxExporter.Export(module, new EngineTensorSpec("words", ElementType.Int64, [-1, -1]));
        var report = ModuleParity.Run(module, file, new EngineTensor("words", ElementType.Int64, [0, 6], default));
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(1000, report.Rows);
        using var other = Sequential(Embedding(7, 3), new RecurrentLayer(LSTM(3, 5, batchFirst: true), lastStep: true), Linear(5, 2));
        Assert.False(ModuleParity.Run(other, file, new EngineTensor("words", ElementType.Int64, [0, 6], default)).Passed);
    }

    [Fact]
    public void Run_RecurrentNetworkAtTheRoot_ComparesItsStates()
    {
        using var module = LSTM(3, 4, batchFirst: true);
        var input = new EngineTensorSpec("x", ElementType.Float32, [-1, 5, 3]);
        Assert.True(ModuleParity.Run(module, ModuleOnnxExporter.Export(module, input), Tensor([], 0, 5, 3)).Passed);
    }

    [Fact]
    public void Run_LargeRows_AreFewer()
    {
        using var module = Sequential(Conv2d(3, 2, 3, stride: 4), ReLU(), AdaptiveAvgPool2d(1), Flatten());
        var file = ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, [-1, 3, 100, 100]));
        var report = ModuleParity.Run(module, file, Tensor([], 0, 3, 100, 100));
        Assert.Equal((true, ModuleParity.FewestGeneratedRows), (report.Passed, report.Rows));
    }

    [Fact]
    public void Run_ModelOfOtherInputsOrOutputs_IsRefused()
    {
        using var module = SmallNetworks.Classifier();
        using var wide = Linear(5, 1);
        using var more = Linear(4, 7);
        using var words = Embedding(4, 4);
        byte[][] others =
        [
            ModuleOnnxExporter.Export(wide, Row with { Shape = [-1, 5] }),
            ModuleOnnxExporter.Export(more, Row),
            ModuleOnnxExporter.Export(words, Row with { Type = ElementType.Int64 }),
            [],
        ];
        Assert.All(others, file => Assert.Throws<InvalidDataException>(() => ModuleParity.Run(module, file, Holdout(3))));
        var right = ModuleOnnxExporter.Export(module, Row);
        Assert.Throws<ArgumentException>(() => ModuleParity.Run(module, right, Holdout(3) with { Shape = [4, 4] }));
        Assert.Throws<ArgumentException>(() => ModuleParity.Run(module, right, new EngineTensor("x", ElementType.Float32, [], new byte[4])));
        Assert.Throws<ArgumentException>(() => ModuleParity.Run(module, right, Tensor([], 0, 0)));
        Assert.Throws<ArgumentException>(() => ModuleParity.Run(module, right, Tensor([], 0, 1L << 40, 1L << 40)));
        Assert.Throws<ArgumentException>(() => ModuleParity.Run(module, right, new EngineTensor("x", ElementType.Float64, [0, 4], default)));
    }

    [Fact]
    public void Run_AnySmallArchitecture_Passes() => Gen.Int[0, int.MaxValue - 1].Sample(
        seed =>
        {
            var (module, type, shape) = SmallNetworks.Any(new Random(seed));
            using (module)
            {
                var file = ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", type, [-1, .. shape]));
                var report = ModuleParity.Run(module, file, new EngineTensor("x", type, [0, .. shape], default), seed);
                Assert.True(report.Passed, $"{report}: {module}");
            }
        },
        iter: 40,
        threads: 1);

    private static EngineTensor Holdout(int rows)
    {
        var random = new Random(5);
        return Tensor([.. Enumerable.Range(0, rows * 4).Select(_ => (float)(3 + 2 * random.NextDouble()))], rows, 4);
    }

    private static EngineTensor Tensor(float[] values, params long[] shape) =>
        new("x", ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
