using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

/// <summary>What must hold in a process of its own: each test starts this test program again for itself alone.</summary>
public sealed class FreshProcessTests
{
    [Fact]
    public async Task Score_InAProcessThatOnlyServes_LoadsNoTorch()
    {
        if (FreshProcess.Argument is not null)
        {
            Serve();
            return;
        }

        var (code, output) = await FreshProcess.Run(nameof(Score_InAProcessThatOnlyServes_LoadsNoTorch), "serve");
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task EnsureLoadable_SeveralProcessesAtOnce_AllSucceedAndLeaveNoFiles()
    {
        if (FreshProcess.Argument is not null)
        {
            Load();
            return;
        }

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, 3)
                .Select(_ => FreshProcess.Run(nameof(EnsureLoadable_SeveralProcessesAtOnce_AllSucceedAndLeaveNoFiles), "load", folder.FullName)));
            Assert.All(runs, run => Assert.True(run.Code == 0, run.Output));
            Assert.Empty(folder.GetFileSystemInfos("orleans-mlops-*"));
            Assert.Empty(folder.GetFiles("*.so", SearchOption.AllDirectories));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Serve()
    {
        var spec = SyntheticRows.Spec();
        var rows = new TabularEncoder(spec).EncodeColumns([[1], [2], [3]], [["red"], ["left"]]);
        var file = SafeTensorsFile.Write(WeightInitializer.Create(spec, 1));
        using var scorer = new OnnxScorer(OnnxExporter.Export(spec, SafeTensorsFile.Read(file).Weights));
        var probability = new float[1];
        scorer.Score(rows.Numeric, rows.CategoriesAsInt64(), 1, probability);
        Assert.InRange(probability[0], 0.01f, 0.99f);
        using var engine = new OnnxEngine(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "mlp.onnx")));
        Assert.Single(engine.Run([new EngineTensor("input", ElementType.Float32, [1, 16], new byte[64])], []));
        Assert.DoesNotContain(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == "TorchSharp");
        if (OperatingSystem.IsLinux())
            Assert.DoesNotContain("torch", File.ReadAllText("/proc/self/maps"), StringComparison.OrdinalIgnoreCase);
    }

    private static void Load()
    {
        TorchNative.EnsureLoadable();
        var spec = SyntheticRows.Spec();
        using var network = new ReferenceForward(spec, WeightInitializer.Create(spec, 1));
        Assert.Single(network.Predict([1f, 2f, 3f], [0L, 0L], 1));
    }
}
