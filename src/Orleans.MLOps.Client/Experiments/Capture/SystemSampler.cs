using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>Samples CPU, memory and GPUs into a run.</summary>
internal sealed class SystemSampler(MetricLogger logger, TimeProvider clock)
{
    public async Task RunAsync(TimeSpan every, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(every, clock);
        using var usage = new SystemUsage(clock);
        try
        {
            for (var step = 0L; await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false); step++)
            {
                foreach (var (key, value) in await usage.MeasureAsync(cancellationToken).ConfigureAwait(false))
                {
                    logger.Log(key, value, step);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
