using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;
using static TorchSharp.torch.nn;
using Module = TorchSharp.torch.nn.Module;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class ModuleOnnxExporterTests
{
    public ModuleOnnxExporterTests() => TorchNative.EnsureLoadable();

    public static TheoryData<string> Names => [.. ModuleCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names), DisableDiscoveryEnumeration = true)]
    public void Export_SupportedModule_GivesWhatTheModuleGives(string name)
    {
        var (create, shape) = ModuleCases.All[name];
        using var module = create();
        using var engine = new OnnxEngine(ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, shape)));
        Assert.Equal(shape, engine.Inputs[0].Shape);
        module.eval();
        foreach (var first in new[] { 1, 5 })
        {
            using var scope = torch.NewDisposeScope();
            var values = torch.randn([.. shape.Select((size, axis) => size >= 0 ? size : axis == 0 ? first : 7)]) * 2;
            var given = engine.Run([new EngineTensor("x", ElementType.Float32, values.shape, values.bytes.ToArray())], []);
            torch.Tensor[] expected = ModuleForward.Run(module, values);
            Assert.Equal(expected.Length, given.Length);
            for (var i = 0; i < given.Length; i++)
            {
                Assert.Equal(expected[i].shape, given[i].Shape);
                Assert.Equal(engine.Outputs[i].Shape.Count, given[i].Shape.Length);
                Assert.All(engine.Outputs[i].Shape.Zip(given[i].Shape), size => Assert.True(size.First == -1 || size.First == size.Second));
                Assert.All(
                    MemoryMarshal.Cast<byte, float>(given[i].Data.Span).ToArray().Zip(expected[i].contiguous().data<float>().ToArray()),
                    pair => Assert.Equal(pair.Second, pair.First, 2e-6f * (1 + Math.Abs(pair.Second))));
            }
        }
    }

    [Fact]
    public void Export_Embedding_TakesIntegers()
    {
        using var module = Sequential(("words", Embedding(10, 4)), ("rest", Sequential(Flatten(), Linear(12, 1))));
        using var engine = new OnnxEngine(ModuleOnnxExporter.Export(module, new EngineTensorSpec("words", ElementType.Int64, [-1, 3]), "score"));
        Assert.Equal((ElementType.Int64, "score"), (engine.Inputs[0].Type, engine.Outputs[0].Name));
        Assert.Equal([-1, 1], engine.Outputs[0].Shape);
        long[] words = [0, 9, 5];
        using var expected = module.call(torch.tensor(words, [1, 3]));
        var given = engine.Run([new EngineTensor("words", ElementType.Int64, [1, 3], MemoryMarshal.AsBytes(words.AsSpan()).ToArray())], []);
        Assert.Equal(expected.item<float>(), MemoryMarshal.Read<float>(given[0].Data.Span), 1e-6f);
    }

    [Fact]
    public void Export_LeNet_TakesAnyNumberOfRowsAndGivesTheSameBytes()
    {
        using var module = Sequential(
            Conv2d(1, 6, 5, padding: 2), BatchNorm2d(6), GELU(), MaxPool2d(2), Conv2d(6, 16, 5), ReLU(), AvgPool2d(2), Flatten(),
            Linear(400, 120), LayerNorm(120), Dropout(), SiLU(), Linear(120, 10), Softmax(1));
        var input = new EngineTensorSpec("image", ElementType.Float32, [-1, 1, 28, 28]);
        var file = ModuleOnnxExporter.Export(module, input);
        Assert.Equal(file, ModuleOnnxExporter.Export(module, input));
        using var engine = new OnnxEngine(file);
        Assert.Equal([-1, 10], engine.Outputs[0].Shape);
        foreach (var rows in new[] { 0, 1, 17 })
            Assert.Equal([rows, 10], engine.Run([new EngineTensor("image", ElementType.Float32, [rows, 1, 28, 28], new byte[rows * 28 * 28 * 4])], [])[0].Shape);
    }

    [Fact]
    public void Export_RecurrentNetworkAtTheRoot_NamesItsStates()
    {
        var input = new EngineTensorSpec("x", ElementType.Float32, [-1, 5, 3]);
        using var lstm = LSTM(3, 4, batchFirst: true);
        using var file = new OnnxEngine(ModuleOnnxExporter.Export(lstm, input));
        Assert.Equal(["output", "h_n", "c_n"], file.Outputs.Select(output => output.Name));
        Assert.Equal([1, -1, 4], file.Outputs[1].Shape);
        using var gru = GRU(3, 4, batchFirst: true);
        using var other = new OnnxEngine(ModuleOnnxExporter.Export(gru, input, "steps"));
        Assert.Equal(["steps", "h_n"], other.Outputs.Select(output => output.Name));
    }

    [Fact]
    public void Export_ModuleInTraining_StaysInTrainingUnchanged()
    {
        using var module = Sequential(("norm", BatchNorm1d(3)), ("frozen", Sequential(("drop", Dropout(0.5)))), ("out", Linear(3, 1)));
        module.train();
        var frozen = module.named_children().Single(child => child.name == "frozen").module;
        frozen.eval();
        var before = module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());
        ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, [-1, 3]));
        Assert.True(module.training);
        Assert.False(frozen.training);
        Assert.All(module.named_modules().Where(inner => !inner.name.StartsWith("frozen", StringComparison.Ordinal)), inner => Assert.True(inner.module.training));
        Assert.All(module.state_dict(), entry => Assert.Equal(before[entry.Key], entry.Value.bytes.ToArray()));
    }

    [Fact]
    public void Export_UnsupportedModule_NamesItsPathAndWhatIsSupported()
    {
        using var module = Sequential(("a", Linear(3, 3)), ("b", Sequential(("c", Mish()))));
        var error = Assert.Throws<NotSupportedException>(() => ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, [-1, 3])));
        Assert.Contains("'b.c'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Mish", error.Message, StringComparison.Ordinal);
        Assert.Contains("LayerNorm, LeakyReLU, Linear", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_UnsupportedSettings_AreNamed()
    {
        (Module Module, long[] Shape, string Part)[] cases =
        [
            (Conv2d(1, 1, 3, padding: 1, padding_mode: PaddingModes.Reflect), [-1, 1, 8, 8], "Reflect"),
            (Conv2d(1, 1, 3), [1, 8, 8], "dimensions"),
            (BatchNorm1d(3, track_running_stats: false), [-1, 3], "running statistics"),
            (MaxPool2d(2, ceil_mode: true), [-1, 1, 8, 8], "ceil_mode"),
            (AvgPool2d(2, divisor_override: 3), [-1, 1, 8, 8], "divisor_override"),
            (AdaptiveAvgPool2d(2), [-1, 1, 8, 8], "output size [2, 2]"),
            (Linear(3, 2, dtype: torch.float64), [-1, 3], "refuses an input"),
            (Flatten(0, 1), [-1, 2, -1], "unknown size"),
        ];
        foreach (var (module, shape, part) in cases)
        {
            var error = Assert.ThrowsAny<Exception>(() => ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, shape)));
            Assert.True(error is NotSupportedException or ArgumentException, error.ToString());
            Assert.Contains(part, error.Message, StringComparison.Ordinal);
            Assert.Contains(module.GetType().Name, error.Message, StringComparison.Ordinal);
            module.Dispose();
        }
    }

    [Fact]
    public void Export_WrongInput_IsRefused()
    {
        using var module = Sequential(("first", Linear(3, 2)));
        var error = Assert.Throws<ArgumentException>(() => ModuleOnnxExporter.Export(module, new EngineTensorSpec("x", ElementType.Float32, [-1, 4])));
        Assert.Contains("'first' of type Linear refuses an input of Float32 [2, 4]", error.Message, StringComparison.Ordinal);
        var input = new EngineTensorSpec("x", ElementType.Float32, [-1, 3]);
        Assert.Throws<ArgumentException>(() => ModuleOnnxExporter.Export(module, input, "x"));
        Assert.Throws<ArgumentException>(() => ModuleOnnxExporter.Export(module, input, "/first/output"));
        Assert.Throws<NotSupportedException>(() => ModuleOnnxExporter.Export(module, input with { Type = ElementType.Float64 }));
    }
}
