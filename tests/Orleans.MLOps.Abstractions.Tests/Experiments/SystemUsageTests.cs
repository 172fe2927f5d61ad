using Microsoft.Extensions.Time.Testing;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Abstractions.Tests.Experiments;

public sealed class SystemUsageTests : IDisposable
{
    private const string NoTool = "there-is-no-such-tool";

    private readonly string _folder = Directory.CreateTempSubdirectory("mlops-usage-").FullName;
    private readonly FakeTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Measure_MemoryFile_TellsWhatIsNotAvailable()
    {
        using var usage = new SystemUsage(_clock, await FileAsync("meminfo", "MemTotal:       8192 kB\nMemFree:   10 kB\nMemAvailable:    2048 kB\nHugePages_Total:       0\n"), NoTool);
        _clock.Advance(TimeSpan.FromSeconds(1));

        var measured = (await usage.MeasureAsync(Token)).ToDictionary();

        Assert.Equal(6, measured["system/system_memory_usage_megabytes"]);
        Assert.True(measured["system/process_memory_megabytes"] > 1);
        Assert.Equal(3, measured.Count);
    }

    [Theory]
    [InlineData("MemTotal: 8192 kB\n")]
    [InlineData("MemTotal: x kB\nMemAvailable: 1 kB\n")]
    [InlineData("MemTotal: 1 kB\nMemTotal: 1 kB\n")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Measure_UnreadableMemoryFile_AsksTheCollector(string? content)
    {
        var file = content is null ? Path.Combine(_folder, "missing") : await FileAsync("meminfo", content);
        using var usage = new SystemUsage(_clock, file, NoTool);
        GC.Collect();

        Assert.True((await usage.MeasureAsync(Token)).ToDictionary()["system/system_memory_usage_megabytes"] > 0);
    }

    [Fact]
    public async Task Measure_OnLinux_KnowsTheMachinesMemoryBeforeAnyCollection()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems tell their memory otherwise.");
        using var usage = new SystemUsage(_clock, gpuTool: NoTool);

        Assert.True((await usage.MeasureAsync(Token)).ToDictionary()["system/system_memory_usage_megabytes"] > 1);
    }

    [Fact]
    public async Task Measure_Cpu_IsOfTheTimeSinceTheLastMeasurement()
    {
        using var usage = new SystemUsage(_clock, gpuTool: NoTool);
        var first = (await usage.MeasureAsync(Token)).ToDictionary();
        _clock.Advance(TimeSpan.FromDays(365));
        var second = (await usage.MeasureAsync(Token)).ToDictionary();

        Assert.DoesNotContain(SystemUsage.Cpu, first.Keys);
        Assert.InRange(second[SystemUsage.Cpu], 0, 0.1);
    }

    [Fact]
    public async Task Measure_ToolWithGpus_TellsEachAndSkipsWhatItDoesNotKnow()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        using var usage = new SystemUsage(_clock, gpuTool: await ToolAsync("echo '35, 1024'; echo '[N/A], 2048'"));

        var gpus = (await usage.MeasureAsync(Token)).Where(sample => sample.Key.Contains("gpu", StringComparison.Ordinal));

        Assert.Equal(
            [("system/gpu_0_utilization_percentage", 35.0), ("system/gpu_0_memory_usage_megabytes", 1024.0), ("system/gpu_1_memory_usage_megabytes", 2048.0)], gpus);
    }

    [Fact]
    public async Task Measure_ToolThatFails_IsNotAskedAgain()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The stand-in is a shell script.");
        var calls = Path.Combine(_folder, "calls");
        using var usage = new SystemUsage(_clock, gpuTool: await ToolAsync($"echo called >>'{calls}'; echo '1, 1'; exit 9"));
        var (first, second) = (await usage.MeasureAsync(Token), await usage.MeasureAsync(Token));

        Assert.Single(await File.ReadAllLinesAsync(calls, Token));
        Assert.All([first, second], measured => Assert.DoesNotContain(measured, sample => sample.Key.Contains("gpu", StringComparison.Ordinal)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> FileAsync(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        await File.WriteAllTextAsync(path, content, Token);
        return path;
    }

    private async Task<string> ToolAsync(string script)
    {
        var path = await FileAsync("tool.sh", $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}

file static class Samples
{
    public static Dictionary<string, double> ToDictionary(this IEnumerable<(string Key, double Value)> samples) => samples.ToDictionary(sample => sample.Key, sample => sample.Value);
}
