using System.Diagnostics;
using Orleans.MLOps.Learning.Models;
using Orleans.MLOps.Learning.Native;
using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Learning.Tests.Serving;

/// <summary>What must hold in a process of its own: each test starts this test program again for itself alone.</summary>
public sealed class FreshProcessTests
{
    private const string Mark = "ORLEANS_MLOPS_FRESH_PROCESS";
    private static readonly CancellationToken Cancel = TestContext.Current.CancellationToken;

    private static bool IsFresh => Environment.GetEnvironmentVariable(Mark) is not null;

    [Fact]
    public async Task Score_InAProcessThatOnlyServes_LoadsNoTorch()
    {
        if (IsFresh)
        {
            Serve();
            return;
        }

        var (code, output) = await RunAlone(nameof(Score_InAProcessThatOnlyServes_LoadsNoTorch));
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task EnsureLoadable_SeveralProcessesAtOnce_AllSucceedAndLeaveNoFiles()
    {
        if (IsFresh)
        {
            Load();
            return;
        }

        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var runs = await Task.WhenAll(Enumerable.Range(0, 3)
                .Select(_ => RunAlone(nameof(EnsureLoadable_SeveralProcessesAtOnce_AllSucceedAndLeaveNoFiles), folder.FullName)));
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

    private static async Task<(int Code, string Output)> RunAlone(string method, string? temporaryFolder = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "--filter-method", $"*.{method}", "--results-directory", Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()) },
        };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath!) == "dotnet")
            start.ArgumentList.Insert(0, typeof(FreshProcessTests).Assembly.Location);
        start.Environment[Mark] = "1";
        if (temporaryFolder is not null)
            start.Environment["TMPDIR"] = temporaryFolder;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel) + await error;
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output);
    }
}
