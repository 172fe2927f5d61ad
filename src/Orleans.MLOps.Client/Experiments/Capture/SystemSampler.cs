using System.Diagnostics;
using System.Globalization;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>Samples CPU, memory and, where nvidia-smi answers, GPUs into a run, under the names that MLflow gives them.</summary>
internal sealed class SystemSampler(MetricLogger logger, TimeProvider clock)
{
    private const double Megabyte = 1024 * 1024;

    private bool _hasGpu = true;

    public async Task RunAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        using var process = Process.GetCurrentProcess();
        var (lastCpu, lastTime) = (process.TotalProcessorTime, clock.GetTimestamp());
        try
        {
            for (var step = 0L; await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false); step++)
            {
                process.Refresh();
                var (cpu, time) = (process.TotalProcessorTime, clock.GetTimestamp());
                var elapsed = clock.GetElapsedTime(lastTime, time);
                var memory = GC.GetGCMemoryInfo();
                logger.Log("system/cpu_utilization_percentage", 100 * (cpu - lastCpu) / elapsed / Environment.ProcessorCount, step);
                logger.Log("system/process_memory_megabytes", process.WorkingSet64 / Megabyte, step);
                logger.Log("system/system_memory_usage_megabytes", memory.MemoryLoadBytes / Megabyte, step);
                (lastCpu, lastTime) = (cpu, time);
                await SampleGpusAsync(step, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task SampleGpusAsync(long step, CancellationToken cancellationToken)
    {
        if (!_hasGpu)
        {
            return;
        }

        try
        {
            using var query = Process.Start(new ProcessStartInfo("nvidia-smi", ["--query-gpu=utilization.gpu,memory.used", "--format=csv,noheader,nounits"]) { RedirectStandardOutput = true });
            var output = await query!.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await query.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            for (var gpu = 0; gpu < lines.Length; gpu++)
            {
                var parts = lines[gpu].Split(',', StringSplitOptions.TrimEntries);
                if (parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var load) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var used))
                {
                    logger.Log($"system/gpu_{gpu}_utilization_percentage", load, step);
                    logger.Log($"system/gpu_{gpu}_memory_usage_megabytes", used, step);
                }
            }

            _hasGpu = query.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            _hasGpu = false;
        }
    }
}
