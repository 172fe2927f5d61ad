using System.Runtime.InteropServices;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;
using TorchSharp;

namespace Orleans.MLOps.Learning.Tests.Serving;

public sealed class TorchModuleEngineTests
{
    private static readonly EngineTensorSpec Input = new("x", ElementType.Float32, [-1, 3]);
    private static readonly EngineTensorSpec Output = new("y", ElementType.Float32, [-1, 3]);

    public TorchModuleEngineTests() => TorchNative.EnsureLoadable();

    [Fact]
    public void Run_ModuleInTrainingMode_RunsInEvaluationMode()
    {
        using var engine = new TorchModuleEngine(torch.nn.Sequential(torch.nn.Dropout(0.9), torch.nn.ReLU()), Input, Output);
        var given = Assert.Single(engine.Run([Rows(-1f, 2f, 3f)], []));
        Assert.Equal("y", given.Name);
        Assert.Equal([1, 3], given.Shape);
        Assert.Equal([0f, 2f, 3f], MemoryMarshal.Cast<byte, float>(given.Data.Span).ToArray());
        Assert.Equal(given.Data.ToArray(), engine.Run([Rows(-1f, 2f, 3f)], ["y"])[0].Data.ToArray());
    }

    [Fact]
    public void Run_InputsThatTheModuleRefuses_AreRefusedAndTheEngineLivesOn()
    {
        using var engine = new TorchModuleEngine(torch.nn.Linear(3, 3), Input, Output);
        Assert.Throws<ArgumentException>(() => engine.Run([Rows(1f, 2f)], []));
        Assert.Throws<ArgumentException>(() => engine.Run([], []));
        Assert.Throws<ArgumentException>(() => engine.Run([Rows(1f, 2f, 3f)], ["other"]));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
            Assert.Equal([1, 3], engine.Run([Rows(1f, 2f, 3f)], [])[0].Shape);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Dispose_Twice_RefusesCalls()
    {
        var engine = new TorchModuleEngine(torch.nn.Linear(3, 3), Input, Output);
        engine.Dispose();
        engine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => engine.Run([Rows(1f, 2f, 3f)], []));
    }

    [Fact]
    public void Construct_TypeThatTorchLacks_IsRefused()
    {
        using var module = torch.nn.Linear(3, 3);
        Assert.Throws<ArgumentException>(() => new TorchModuleEngine(module, Input with { Type = ElementType.UInt16 }, Output));
    }

    private static EngineTensor Rows(params float[] values) =>
        new("x", ElementType.Float32, [1, values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
}
