using System.Globalization;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>One captured run while its body is at work.</summary>
internal sealed class RunCapture : IAsyncDisposable
{
    private const int BeatsWithin = 3;

    private readonly IExperimentsClient _experiments;
    private readonly RunInfo _run;
    private readonly CaptureOptions _options;
    private readonly CapturedOutput _output;
    private readonly CapturedOutput _error;
    private readonly MetricLogger _metrics;
    private readonly CancellationTokenSource _ending = new();
    private readonly long _started;
    private readonly Task _beating;
    private readonly Task _sampling;

    public RunCapture(IExperimentsClient experiments, RunInfo run, CaptureOptions options)
    {
        (_experiments, _run, _options) = (experiments, run, options);
        (_output, _error) = (new CapturedOutput(options.OutputLimit), new CapturedOutput(options.OutputLimit));
        _metrics = MetricLogger.Open(experiments, run.RunId, new MetricLoggerOptions { Clock = options.Clock });
        _started = options.Clock.GetTimestamp();
        _beating = BeatAsync(_ending.Token);
        _sampling = options.SampleEvery > TimeSpan.Zero
            ? new SystemSampler(_metrics, options.Clock).RunAsync(options.SampleEvery, _ending.Token)
            : Task.CompletedTask;
    }

    /// <summary>Runs the body in a flow of control of its own, whose output is captured.</summary>
    public Task<TResult> RunAsync<TResult>(Func<RunScope, CancellationToken, Task<TResult>> body, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            OutputTee.Begin(_output, _error);
            return await body(new RunScope(_experiments, _run, _metrics), cancellationToken).ConfigureAwait(false);
        },
        CancellationToken.None);

    public async Task FailAsync(Exception error, RunStatus status)
    {
        try
        {
            await Experiment.AddTextAsync(_experiments, _run.RunId, "exception.txt", error.ToString()).ConfigureAwait(false);
            await Experiment.TagAsync(_experiments, _run.RunId, new() { ["mlops.exception"] = $"{error.GetType()}: {error.Message}" }).ConfigureAwait(false);
            await EndAsync(status).ConfigureAwait(false);
        }
        catch (Exception lost)
        {
            // The body's own error goes on to the caller; without heartbeats the run ends as failed.
            await Console.Error.WriteLineAsync($"The end of run {_run.RunId} could not be recorded: {lost.Message}").ConfigureAwait(false);
        }
    }

    public async Task EndAsync(RunStatus status)
    {
        await StopAsync().ConfigureAwait(false);
        await Experiment.AddTextAsync(_experiments, _run.RunId, "stdout.txt", _output.ToString()).ConfigureAwait(false);
        await Experiment.AddTextAsync(_experiments, _run.RunId, "stderr.txt", _error.ToString()).ConfigureAwait(false);
        var seconds = _options.Clock.GetElapsedTime(_started).TotalSeconds;
        await Experiment.TagAsync(_experiments, _run.RunId, new() { ["mlops.duration_seconds"] = seconds.ToString("f3", CultureInfo.InvariantCulture) }).ConfigureAwait(false);
        await _experiments.EndRunAsync(_run.RunId, status).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task StopAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_beating, _sampling).ConfigureAwait(false);
        await _metrics.DisposeAsync().ConfigureAwait(false);
    }

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.HeartbeatWithin / BeatsWithin, _options.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    await _experiments.HeartbeatAsync(_run.RunId, _options.HeartbeatWithin, cancellationToken).ConfigureAwait(false);
                }
                catch (Exception error) when (error is MLOpsException or TimeoutException && !cancellationToken.IsCancellationRequested)
                {
                    // The next one may arrive in time; if none does, the platform says so on the run.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
