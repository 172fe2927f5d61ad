using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Orleans.MLOps.Experiments;

/// <summary>
/// Measures CPU and memory of this process, memory of its machine and, where the tool of their maker answers, GPUs, under the names that MLflow
/// gives them. Used by one caller at a time.
/// </summary>
internal sealed class SystemUsage : IDisposable
{
    /// <summary>What the names begin with.</summary>
    public const string Prefix = "system/";

    /// <summary>The share of all processors that this process used since the last measurement, in percent.</summary>
    public const string Cpu = $"{Prefix}cpu_utilization_percentage";

    private const double Megabyte = 1024 * 1024;
    private const double KilobytesOfMegabyte = 1024;
    private const int MostGpuTimeouts = 3;

    private readonly TimeProvider _clock;
    private readonly string _memoryFile;
    private readonly string _gpuTool;
    private readonly Process _process = Process.GetCurrentProcess();
    private TimeSpan _lastCpu;
    private long _lastTime;
    private bool _hasGpu = true;
    private int _gpuTimeouts;

    /// <summary>Begins to measure.</summary>
    /// <param name="clock">Says how much time a measurement is about.</param>
    /// <param name="memoryFile">The machine's memory, as Linux tells it.</param>
    /// <param name="gpuTool">The program that knows of GPUs.</param>
    public SystemUsage(TimeProvider clock, string memoryFile = "/proc/meminfo", string gpuTool = "nvidia-smi")
    {
        (_clock, _memoryFile, _gpuTool) = (clock, memoryFile, gpuTool);
        (_lastCpu, _lastTime) = (_process.TotalProcessorTime, clock.GetTimestamp());
    }

    /// <summary>What is used now; what cannot be known here is left out.</summary>
    public async Task<IReadOnlyList<(string Key, double Value)>> MeasureAsync(CancellationToken cancellationToken)
    {
        _process.Refresh();
        var (cpu, time) = (_process.TotalProcessorTime, _clock.GetTimestamp());
        var elapsed = _clock.GetElapsedTime(_lastTime, time);
        var measured = new List<(string, double)>();
        if (elapsed > TimeSpan.Zero)
        {
            measured.Add((Cpu, 100 * (cpu - _lastCpu) / elapsed / Environment.ProcessorCount));
        }

        (_lastCpu, _lastTime) = (cpu, time);
        measured.Add(($"{Prefix}process_memory_megabytes", _process.WorkingSet64 / Megabyte));
        if (MachineMemory() is { } memory)
        {
            measured.Add(($"{Prefix}system_memory_usage_megabytes", memory));
        }

        if (_hasGpu)
        {
            await MeasureGpusAsync(measured, cancellationToken).ConfigureAwait(false);
        }

        return measured;
    }

    public void Dispose() => _process.Dispose();

    // The garbage collector knows the machine's memory only as of its last collection, and not at all before its first.
    private double? MachineMemory()
    {
        try
        {
            var sizes = File.ReadLines(_memoryFile)
                .Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts is ["MemTotal" or "MemAvailable", _, ..])
                .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
            return (sizes["MemTotal"] - sizes["MemAvailable"]) / KilobytesOfMegabyte;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return GC.GetGCMemoryInfo().MemoryLoadBytes is > 0 and var load ? load / Megabyte : null;
        }
    }

    private async Task MeasureGpusAsync(List<(string Key, double Value)> measured, CancellationToken cancellationToken)
    {
        try
        {
            using var query = Process.Start(new ProcessStartInfo(_gpuTool, ["--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true })!;
            try
            {
                var output = await query.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
                await query.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
                _hasGpu = query.ExitCode == 0;
                if (_hasGpu)
                {
                    measured.AddRange(Gpus(output));
                }
            }
            finally
            {
                Stop(query);
            }
        }
        catch (Win32Exception)
        {
            _hasGpu = false;
        }
        catch (OperationCanceledException)
        {
            // What else was measured stays; a tool that never answers in time is not asked for ever.
            _hasGpu = ++_gpuTimeouts < MostGpuTimeouts;
        }
    }

    private static IEnumerable<(string Key, double Value)> Gpus(string output)
    {
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var gpu = 0; gpu < lines.Length; gpu++)
        {
            // A GPU that does not tell one of the two has words in its place.
            var parts = lines[gpu].Split(',', StringSplitOptions.TrimEntries);
            string[] names = ["utilization_percentage", "memory_usage_megabytes"];
            foreach (var (name, text) in names.Zip(parts))
            {
                if (double.TryParse(text, CultureInfo.InvariantCulture, out var value))
                {
                    yield return ($"{Prefix}gpu_{gpu}_{name}", value);
                }
            }
        }
    }

    private static void Stop(Process query)
    {
        try
        {
            query.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }
}
