using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class TorchScriptEngineTests
{
    private const string Pair =
        "x: Tensor,\n    y: Tensor) -> Tuple[Tensor, Tensor]:\n" +
        "    if self.training:\n      z = torch.zeros_like(x)\n    else:\n      z = torch.add(torch.mul(x, self.scale), y)\n    return (z, torch.mul(x, y))";

    private static readonly EngineTensorSpec X = new("x", ElementType.Float32, [-1, 2]);
    private static readonly EngineTensorSpec Y = new("y", ElementType.Float32, [-1, 2]);
    private static readonly EngineTensorSpec Sum = new("sum", ElementType.Float32, [-1, 2]);
    private static readonly EngineTensorSpec Product = new("product", ElementType.Float32, [-1, 2]);

    [Fact]
    public void Run_TupleOfTwo_GivesBothByPositionInEvaluationMode()
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(Pair, 10f, 100f), [X, Y], [Sum, Product]);
        EngineTensor[] inputs = [Numbers("y", [2, 2], [5f, 6f, 7f, 8f]), Numbers("x", [2, 2], [1f, 2f, 3f, 4f])];
        var given = engine.Run(inputs, []);
        Assert.Equal(["sum", "product"], given.Select(tensor => tensor.Name));
        Assert.Equal([2, 2], given[0].Shape);
        Assert.Equal([15f, 206f, 37f, 408f], Floats(given[0]));
        Assert.Equal([5f, 12f, 21f, 32f], Floats(given[1]));
        Assert.Equal(["product", "sum"], engine.Run(inputs, ["product", "sum"]).Select(tensor => tensor.Name));
        Assert.Equal([0, 2], engine.Run([Numbers("x", [0, 2], []), Numbers("y", [0, 2], [])], ["sum"])[0].Shape);
    }

    [Theory]
    [InlineData(ElementType.Bool)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Float16)]
    [InlineData(ElementType.BFloat16)]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float64)]
    public void Run_AnyElementType_GivesTheSameBytes(ElementType type)
    {
        using var engine = new TorchScriptEngine(
            TorchScriptFile.Write("x: Tensor) -> Tensor:\n    return torch.t(torch.t(x))", 1f), [new("x", type, [-1, 3])], [new("y", type, [-1, 3])]);
        byte[] data = [.. Enumerable.Range(0, 6 * type.Size()).Select(i => (byte)(type == ElementType.Bool ? i % 2 : i * 37))];
        var given = Assert.Single(engine.Run([new EngineTensor("x", type, [2, 3], data)], []));
        Assert.Equal((type, "y"), (given.Type, given.Name));
        Assert.Equal(data, given.Data.ToArray());
    }

    [Theory]
    [InlineData("x: Tensor) -> Tensor:\n    return torch.t(x)", 1f, 3f, 2f, 4f)]
    [InlineData("x: Tensor) -> List[Tensor]:\n    return [torch.neg(x)]", -1f, -2f, -3f, -4f)]
    [InlineData("x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:\n    return (torch.neg(x), x, x)", -1f, -2f, -3f, -4f)]
    public void Run_AnyFormOfResult_GivesTheFirstTensor(string forward, params float[] expected)
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(forward, 1f), [X], [Sum]);
        Assert.Equal(expected, Floats(Assert.Single(engine.Run([Numbers("x", [2, 2], [1f, 2f, 3f, 4f])], []))));
    }

    [Fact]
    public void Run_OptionalInputLeftOut_IsGivenAsNone()
    {
        using var engine = new TorchScriptEngine(
            TorchScriptFile.Write(
                "x: Tensor,\n    y: Optional[Tensor]=None) -> Tensor:\n" +
                "    if torch.__is__(y, None):\n      z = x\n    else:\n      z = torch.add(x, unchecked_cast(Tensor, y))\n    return z",
                1f),
            [X, Y with { Optional = true }],
            [Sum]);
        Assert.Equal([1f, 2f], Floats(engine.Run([Numbers("x", [1, 2], [1f, 2f])], [])[0]));
        Assert.Equal([4f, 6f], Floats(engine.Run([Numbers("x", [1, 2], [1f, 2f]), Numbers("y", [1, 2], [3f, 4f])], [])[0]));
    }

    [Fact]
    public void Run_WhatDoesNotFit_IsRefusedAndTheEngineLivesOn()
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(Pair, 1f, 1f), [X, Y], [Sum, Product]);
        var x = Numbers("x", [1, 2], [1f, 2f]);
        var y = Numbers("y", [1, 2], [1f, 2f]);
        EngineTensor[][] wrong =
        [
            [],
            [x],
            [x, x],
            [x, y with { Name = "z" }],
            [x, y with { Type = ElementType.Int32 }],
            [x, y with { Shape = null! }],
            [x, y with { Shape = [2, 2] }],
            [x, y with { Shape = [-1, -2] }],
            [x, y with { Shape = [1L << 40, 1L << 40] }],
            [x, Numbers("y", [1, 3], [1f, 2f, 3f])],
        ];
        Assert.All(wrong, inputs => Assert.ThrowsAny<ArgumentException>(() => engine.Run(inputs, [])));
        Assert.Throws<ArgumentException>(() => engine.Run([x, y], ["other"]));
        Assert.Equal(2, engine.Run([x, y], []).Length);
    }

    [Theory]
    [InlineData("x: Tensor) -> int:\n    return 3")]
    [InlineData("x: Tensor) -> NoneType:\n    return None")]
    [InlineData("x: Tensor) -> Tensor:\n    return torch.to(x, 7)")]
    public void Run_ResultOtherThanDeclared_IsRefused(string forward)
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(forward, 1f), [X], [Sum]);
        Assert.ThrowsAny<ArgumentException>(() => engine.Run([Numbers("x", [1, 2], [1f, 2f])], []));
        using var two = new TorchScriptEngine(TorchScriptFile.Write("x: Tensor) -> Tensor:\n    return x", 1f), [X], [Sum, Product]);
        Assert.Contains("2 outputs", Assert.Throws<ArgumentException>(() => two.Run([Numbers("x", [1, 2], [1f, 2f])], [])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ManyCalls_LeavesNoTensors()
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(Pair, 1f, 1f), [X, Y], [Sum, Product]);
        EngineTensor[] inputs = [Numbers("x", [1, 2], [1f, 2f]), Numbers("y", [1, 2], [1f, 2f])];
        engine.Run(inputs, []);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            engine.Run(inputs, []);
        Assert.ThrowsAny<ArgumentException>(() => engine.Run([inputs[0], Numbers("y", [1, 3], [1f, 2f, 3f])], []));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Run_ManyThreads_GivesEachItsOwnRows()
    {
        using var engine = new TorchScriptEngine(TorchScriptFile.Write(Pair, 2f, 2f), [X, Y], [Sum, Product]);
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            var given = engine.Run([Numbers("x", [1, 2], [i, 1f]), Numbers("y", [1, 2], [i, i])], []);
            Assert.Equal([3f * i, 2f + i], Floats(given[0]));
        });
    }

    [Fact]
    public async Task Dispose_WhileOthersRun_LetsCallsUnderWayEnd()
    {
        var program = TorchScriptFile.Write(Pair, 1f, 1f);
        for (var round = 0; round < 5; round++)
        {
            var engine = new TorchScriptEngine(program, [X, Y], [Sum, Product]);
            using var started = new CountdownEvent(4);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                started.Signal();
                while (true)
                    Assert.Equal([2f, 4f], Floats(engine.Run([Numbers("x", [1, 2], [1f, 2f]), Numbers("y", [1, 2], [1f, 2f])], [])[0]));
            })).ToArray();
            started.Wait(TestContext.Current.CancellationToken);
            engine.Dispose();
            engine.Dispose();
            foreach (var caller in callers)
                await Assert.ThrowsAsync<ObjectDisposedException>(() => caller);
        }
    }

    [Fact]
    public void Construct_WhatIsNoProgram_IsRefused()
    {
        var program = TorchScriptFile.Write(Pair, 1f, 1f);
        Assert.Throws<InvalidDataException>(() => new TorchScriptEngine([], [X], [Sum]));
        Assert.Throws<InvalidDataException>(() => new TorchScriptEngine(new byte[100], [X], [Sum]));
        Assert.Throws<InvalidDataException>(() => new TorchScriptEngine(program[..(program.Length / 2)], [X], [Sum]));
        Assert.Throws<InvalidDataException>(() => new TorchScriptEngine(TorchScriptFile.Write("x: Tensor) -> Tensor:\n    return ((", 1f), [X], [Sum]));
        Assert.Throws<ArgumentException>(() => new TorchScriptEngine(program, [X, Y, X with { Name = "z" }], [Sum]));
        Assert.Throws<ArgumentException>(() => new TorchScriptEngine(program, [X, X], [Sum]));
        Assert.Throws<ArgumentException>(() => new TorchScriptEngine(program, [X with { Type = ElementType.Bytes }, Y], [Sum]));
        Assert.Throws<ArgumentException>(() => new TorchScriptEngine(program, [X, Y], [Sum with { Type = ElementType.UInt64 }]));
    }

    private static EngineTensor Numbers(string name, long[] shape, float[] values) =>
        new(name, ElementType.Float32, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    private static float[] Floats(EngineTensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.Data.Span).ToArray();
}
