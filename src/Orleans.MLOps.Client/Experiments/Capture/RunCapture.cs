using System.Globalization;
using System.Text;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Client.Experiments.Capture;

/// <summary>One captured run while its body is at work, and its end.</summary>
internal sealed class RunCapture : IAsyncDisposable
{
    private const int BeatsWithin = 3;
    private const int LongestTag = 5000;
    private const string TextFolder = "output";

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

    /// <summary>Records the result and the end; what could not be recorded is told and given, never thrown.</summary>
    public Task<Exception?> FinishAsync<TResult>(TResult result)
    {
        var json = new Lazy<string>(() => ResultText.Of(result));
        return EndAsync(
            RunStatus.Finished,
            token => AddTextAsync("result.json", json.Value, token),
            token => TagAsync("mlops.result", json.Value, token));
    }

    /// <summary>The same for a body that threw.</summary>
    public Task<Exception?> FailAsync(Exception error, RunStatus status) => EndAsync(
        status,
        token => AddTextAsync("exception.txt", error.ToString(), token),
        token => TagAsync("mlops.exception", $"{error.GetType()}: {error.Message}", token));

    public async ValueTask DisposeAsync()
    {
        await _metrics.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private async Task<Exception?> EndAsync(RunStatus status, params Func<CancellationToken, Task>[] first)
    {
        var lost = await TryAsync(StopAsync).ConfigureAwait(false);
        var unsent = await TryAsync(SendMetricsAsync).ConfigureAwait(false);
        lost ??= unsent;
        using var deadline = new CancellationTokenSource(_options.RecordingTimeout, _options.Clock);
        Func<CancellationToken, Task>[] steps =
        [
            .. first,
            token => AddTextAsync("stdout.txt", _output.ToString(), token),
            token => AddTextAsync("stderr.txt", _error.ToString(), token),
            token => TagAsync("mlops.duration_seconds", _options.Clock.GetElapsedTime(_started).TotalSeconds.ToString("f3", CultureInfo.InvariantCulture), token),
            token => _experiments.EndRunAsync(_run.RunId, status, token),
        ];
        foreach (var step in steps)
        {
            // Each for itself: a file that is refused costs neither the others nor the end.
            var error = await TryAsync(() => InTimeAsync(step, deadline.Token)).ConfigureAwait(false);
            lost ??= error;
        }

        if (lost is not null)
        {
            await Console.Error.WriteLineAsync($"The record of run {_run.RunId} is not whole: {lost.Message}").ConfigureAwait(false);
        }

        return lost;
    }

    private async Task StopAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_beating, _sampling).ConfigureAwait(false);
    }

    private async Task SendMetricsAsync()
    {
        await _metrics.CloseAsync(_options.RecordingTimeout).ConfigureAwait(false);
        await _metrics.FlushAsync().ConfigureAwait(false);
    }

    private async Task InTimeAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            await step(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The platform did not take the end of run '{_run.RunId}' within {_options.RecordingTimeout}.", error);
        }
    }

    private static async Task<Exception?> TryAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private Task AddTextAsync(string name, string text, CancellationToken cancellationToken) => text.Length == 0
        ? Task.CompletedTask
        : _experiments.LogArtifactAsync(_run.RunId, $"{TextFolder}/{name}", new MemoryStream(Encoding.UTF8.GetBytes(text)), cancellationToken);

    private Task TagAsync(string key, string value, CancellationToken cancellationToken) => _experiments.LogAsync(
        _run.RunId,
        new LogBatch { Tags = new() { [key] = RecordedText.Of(value, LongestTag) }, OperationId = Guid.NewGuid().ToString("N") },
        cancellationToken);

    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.HeartbeatWithin / BeatsWithin, _options.Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                try
                {
                    await _experiments.HeartbeatAsync(_run.RunId, _options.HeartbeatWithin, cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception) when (!cancellationToken.IsCancellationRequested)
                {
                    // The next one may arrive in time; if none does, the platform says so on the run until one does.
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }
}
