using Microsoft.Extensions.Logging;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Training;

/// <summary>
/// Samples what the silo of a part uses while the part is at work into the job's run, every ten seconds and once at the end. A resumed job goes on
/// with the next step. The record never costs the job anything: a sample that cannot be stored is a hole in a curve.
/// </summary>
internal sealed partial class UsageRecord(IRunGrain run, PartOrder order, PlatformClock clock, ILogger logger)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);

    private long? _step;

    public async Task<T> DuringAsync<T>(Func<Task<T>> work)
    {
        using var ended = new CancellationTokenSource();
        using var usage = new SystemUsage(clock.WallTime);
        var sampling = SampleAsync(usage, ended.Token);
        try
        {
            return await work();
        }
        finally
        {
            await ended.CancelAsync();
            await sampling;
        }
    }

    private async Task SampleAsync(SystemUsage usage, CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Every, clock.WallTime);
        do
        {
            await ((Task)timer.WaitForNextTickAsync(ended).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var patience = new CancellationTokenSource(Patience, clock.WallTime);
            try
            {
                await MeasureAndLogAsync(usage, patience.Token).WaitAsync(Longest, clock.WallTime, CancellationToken.None);
            }
            catch (Exception error)
            {
                LogLost(order.Part, order.JobId, error);
            }
        }
        while (!ended.IsCancellationRequested);
    }

    private async Task MeasureAndLogAsync(SystemUsage usage, CancellationToken measuring) => await LogAsync(await usage.MeasureAsync(measuring));

    private async Task LogAsync(IReadOnlyList<(string Key, double Value)> usage)
    {
        // Other parts are on other silos, which are other nodes in MLflow's words.
        var prefix = order.Part == 0 ? SystemUsage.Prefix : $"{SystemUsage.Prefix}part_{order.Part}/";
        var points = usage.Select(sample => new MetricPoint { Key = $"{prefix}{sample.Key[SystemUsage.Prefix.Length..]}", Value = sample.Value, Timestamp = clock.WallNow }).ToArray();
        _step ??= (await run.Get()).Metrics.Where(known => Array.Exists(points, point => point.Key == known.Key)).Max(known => (long?)known.Step + 1) ?? 0;
        var step = _step.Value;

        // Whether a sample that was given up arrives is unknown; the next one has a step of its own.
        _step++;
        await run.Log(new LogBatch { Metrics = Array.ConvertAll(points, point => point with { Step = step }) });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What part {Part} of training job {JobId} uses could not be recorded")]
    private partial void LogLost(int part, string jobId, Exception error);
}
