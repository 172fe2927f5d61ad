using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class OnnxEngineTests
{
    private const int OnnxText = 8;

    private static readonly byte[] Mlp = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "mlp.onnx"));
    private static readonly float[] Row = [.. Enumerable.Range(0, 16).Select(i => i / 16f)];

    public static TheoryData<ElementType, int> Types => new()
    {
        { ElementType.Float32, 1 },
        { ElementType.UInt8, 2 },
        { ElementType.Int8, 3 },
        { ElementType.UInt16, 4 },
        { ElementType.Int16, 5 },
        { ElementType.Int32, 6 },
        { ElementType.Int64, 7 },
        { ElementType.Bool, 9 },
        { ElementType.Float16, 10 },
        { ElementType.Float64, 11 },
        { ElementType.UInt32, 12 },
        { ElementType.UInt64, 13 },
        { ElementType.BFloat16, 16 },
    };

    [Fact]
    public void Run_ModelOfAnotherExporter_GivesItsOutput()
    {
        using var engine = new OnnxEngine(Mlp);
        var input = Assert.Single(engine.Inputs);
        Assert.Equal(("input", ElementType.Float32, "-1,16"), (input.Name, input.Type, string.Join(',', input.Shape)));
        var output = Assert.Single(engine.Outputs);
        Assert.Equal(("output", ElementType.Float32, "-1,1"), (output.Name, output.Type, string.Join(',', output.Shape)));
        var result = Assert.Single(engine.Run([Numbers("input", [2, 16], [.. Row, .. Row])], []));
        Assert.Equal(("output", ElementType.Float32), (result.Name, result.Type));
        Assert.Equal([2, 1], result.Shape);
        Assert.All(Floats(result), value => Assert.Equal(-0.0404990f, value, 1e-6f));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Run_AnyElementType_GivesTheSameBytes(ElementType type, int onnxType)
    {
        using var engine = new OnnxEngine(Identity(onnxType));
        Assert.Equal(type, engine.Inputs[0].Type);
        Assert.Equal(type, engine.Outputs[0].Type);
        byte[] data = [.. Enumerable.Range(0, 6 * type.Size()).Select(i => (byte)(type == ElementType.Bool ? i % 2 : i * 37))];
        var given = Assert.Single(engine.Run([new EngineTensor("x", type, [2, 3], data)], []));
        Assert.Equal(type, given.Type);
        Assert.Equal([2, 3], given.Shape);
        Assert.Equal(data, given.Data.ToArray());

        // The same elements, one byte off their boundary.
        var shifted = new EngineTensor("x", type, [2, 3], new byte[] { 1 }.Concat(data).ToArray().AsMemory(1));
        Assert.Equal(data, engine.Run([shifted], [])[0].Data.ToArray());
    }

    [Fact]
    public void Run_Texts_KeepsEveryByte()
    {
        using var engine = new OnnxEngine(Identity(OnnxText));
        string[] texts = ["", "a", "Ω≈ç", "nul\0inside", new string('x', 5000), ""];
        var given = Assert.Single(engine.Run([Texts("x", [3, 2], texts)], []));
        Assert.Equal(ElementType.Bytes, given.Type);
        Assert.Equal(Texts("x", [3, 2], texts).Data.ToArray(), given.Data.ToArray());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(OnnxText)]
    public void Run_NoRows_GivesNoRows(int onnxType)
    {
        using var engine = new OnnxEngine(Identity(onnxType));
        var given = Assert.Single(engine.Run([new EngineTensor("x", engine.Inputs[0].Type, [0, 3], default)], []));
        Assert.Equal([0, 3], given.Shape);
        Assert.True(given.Data.IsEmpty);
        using var mlp = new OnnxEngine(Mlp);
        Assert.Equal([0, 1], mlp.Run([new EngineTensor("input", ElementType.Float32, [0, 16], default)], [])[0].Shape);
    }

    [Fact]
    public void Run_WantedOutputs_GivesThoseInTheirOrder()
    {
        var graph = new OnnxGraph("three");
        graph.Input("x", OnnxGraph.Float, OnnxDimension.Batch);
        foreach (var (operation, output) in new[] { ("Neg", "minus"), ("Abs", "size"), ("Identity", "same") })
        {
            graph.Node(operation, output, ["x"]);
            graph.Output(output, OnnxGraph.Float, OnnxDimension.Batch);
        }

        using var engine = new OnnxEngine(graph.ToArray());
        EngineTensor[] inputs = [Numbers("x", [2], [-1f, 2f])];
        Assert.Equal(["minus", "size", "same"], engine.Run(inputs, []).Select(tensor => tensor.Name));
        var given = engine.Run(inputs, ["same", "minus"]);
        Assert.Equal(["same", "minus"], given.Select(tensor => tensor.Name));
        Assert.Equal([-1f, 2f], Floats(given[0]));
        Assert.Equal([1f, -2f], Floats(given[1]));
        Assert.Throws<ArgumentException>(() => engine.Run(inputs, ["other"]));
    }

    [Fact]
    public void Run_TensorsThatDoNotFit_AreRefusedAndTheEngineLivesOn()
    {
        using var numbers = new OnnxEngine(Mlp);
        using var texts = new OnnxEngine(Identity(OnnxText));
        EngineTensor[] wrong =
        [
            default,
            new("input", ElementType.Float32, null!, new byte[64]),
            new("input", 0, [1, 16], new byte[64]),
            new("input", ElementType.Float32, [1, 16], new byte[63]),
            new("input", ElementType.Float32, [2, 16], new byte[64]),
            new("input", ElementType.Float32, [-1, -16], new byte[64]),
            new("input", ElementType.Float32, [long.MinValue, 16], default),
            new("input", ElementType.Float32, [1L << 32, 1L << 32], default),
            new("input", ElementType.Float32, [(1L << 60) + 1, 16], new byte[64]),
            new("input", ElementType.Float32, [long.MaxValue, long.MaxValue, long.MaxValue], new byte[64]),
            new("input", ElementType.Float32, [16], new byte[64]),
            new("input", ElementType.Float32, [2, 8], new byte[64]),
            new("input", ElementType.Float32, [0, 0], default),
            new("input", ElementType.Int32, [1, 16], new byte[64]),
            new("other", ElementType.Float32, [1, 16], new byte[64]),
        ];
        Assert.All(wrong, tensor => Assert.ThrowsAny<ArgumentException>(() => numbers.Run([tensor], [])));
        Assert.ThrowsAny<ArgumentException>(() => numbers.Run([], []));
        EngineTensor[] wrongTexts =
        [
            new("x", ElementType.Bytes, [1, 1], default),
            new("x", ElementType.Bytes, [1, 1], new byte[3]),
            new("x", ElementType.Bytes, [1, 1], new byte[8]),
            new("x", ElementType.Bytes, [1, 1], new byte[] { 5, 0, 0, 0, 1, 2, 3, 4 }),
            new("x", ElementType.Bytes, [1, 1], new byte[] { 255, 255, 255, 255, 1 }),
            new("x", ElementType.Bytes, [1, 1], new byte[] { 255, 255, 255, 127, 1 }),
            new("x", ElementType.Bytes, [1L << 40, 1L << 40], new byte[4]),
            new("x", ElementType.Bytes, [-1, 1], new byte[4]),
            new("x", ElementType.Bytes, null!, new byte[4]),
            new("x", ElementType.Bytes, [1L << 62, 0, -1], default),
        ];
        Assert.All(wrongTexts, tensor => Assert.ThrowsAny<ArgumentException>(() => texts.Run([tensor], [])));
        using var truths = new OnnxEngine(Identity(9));
        Assert.Throws<ArgumentException>(() => truths.Run([new EngineTensor("x", ElementType.Bool, [1, 2], new byte[] { 1, 2 })], []));
        Assert.Single(numbers.Run([Numbers("input", [1, 16], Row)], []));
        Assert.Single(texts.Run([Texts("x", [1, 1], ["lives"])], []));
    }

    [Fact]
    public void Run_ManyThreads_GivesEachItsOwnRows()
    {
        using var engine = new OnnxEngine(Identity(OnnxGraph.Float));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            float[] values = [.. Enumerable.Range(0, 2 * (i % 50)).Select(j => i + j / 100f)];
            Assert.Equal(values, Floats(engine.Run([Numbers("x", [i % 50, 2], values)], [])[0]));
        });
    }

    [Fact]
    public async Task Dispose_WhileOthersRun_LetsCallsUnderWayEnd()
    {
        for (var round = 0; round < 20; round++)
        {
            var engine = new OnnxEngine(Mlp);
            using var started = new CountdownEvent(4);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                started.Signal();
                while (true)
                    Assert.Equal(-0.0404990f, Floats(engine.Run([Numbers("input", [1, 16], Row)], [])[0])[0], 1e-6f);
            })).ToArray();
            started.Wait(TestContext.Current.CancellationToken);
            engine.Dispose();
            engine.Dispose();
            foreach (var caller in callers)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        }
    }

    [Fact]
    public void Construct_BytesThatAreNoModel_AreRefused()
    {
        Assert.Throws<ArgumentNullException>(() => new OnnxEngine(null!));
        Assert.Throws<InvalidDataException>(() => new OnnxEngine([]));
        Assert.Throws<InvalidDataException>(() => new OnnxEngine(new byte[100]));
        Assert.Throws<InvalidDataException>(() => new OnnxEngine(Mlp[..(Mlp.Length / 2)]));
        Assert.Throws<InvalidDataException>(() => new OnnxEngine([.. new byte[] { 24, 0, 0, 0 }, .. "ORTM"u8, .. new byte[100]]));
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var corrupt = Mlp.ToArray();
            corrupt[random.Next(corrupt.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                new OnnxEngine(corrupt).Dispose();
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static byte[] Identity(int onnxType)
    {
        var graph = new OnnxGraph("identity");
        graph.Input("x", onnxType, OnnxDimension.Batch, new OnnxDimension(-1, "width"));
        graph.Node("Identity", "y", ["x"]);
        graph.Output("y", onnxType, OnnxDimension.Batch, new OnnxDimension(-1, "width"));
        return graph.ToArray();
    }

    private static EngineTensor Numbers(string name, long[] shape, float[] values) =>
        new(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static float[] Floats(EngineTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();

    private static EngineTensor Texts(string name, long[] shape, string[] texts)
    {
        var data = new List<byte>();
        var length = new byte[4];
        foreach (var bytes in texts.Select(Encoding.UTF8.GetBytes))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)bytes.Length);
            data.AddRange([.. length, .. bytes]);
        }

        return new EngineTensor(name, ElementType.Bytes, shape, data.ToArray());
    }
}
