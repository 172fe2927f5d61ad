using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

/// <summary>
/// A server process that is started again whenever it ends, as a service manager does: whether it was killed, stopped, or ended by
/// itself because the others had declared it dead.
/// </summary>
internal sealed class SupervisedNode(Func<ServerProcess> run) : IAsyncDisposable
{
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(120);

    private readonly Lock _gate = new();
    private readonly List<string> _log = [];
    private readonly CancellationTokenSource _end = new();
    private ServerProcess? _process;
    private Task _supervision = Task.CompletedTask;
    private TaskCompletionSource _up = New();
    private TimeSpan? _down;

    /// <summary>How often it ended without being told to.</summary>
    public int OwnEnds { get; private set; }

    /// <summary>What all its lives have written.</summary>
    public string[] Log => [.. _log, .. Written(_process)];

    public async Task StartAsync()
    {
        await RunAsync();
        _supervision = SuperviseAsync();
    }

    /// <summary>Sends a signal that ends the process, which is started again this much later; returns when it is ready again.</summary>
    public async Task EndAsync(int signal, TimeSpan down)
    {
        await _up.Task.WaitAsync(StartTime, TestContext.Current.CancellationToken);
        Task up;
        lock (_gate)
        {
            _down = down;
            up = GoDown();
        }

        ServerProcess.TrySignal(_process!.Id, signal);
        await up.WaitAsync(StartTime, TestContext.Current.CancellationToken);
    }

    /// <summary>Lets the process stand still; does nothing while there is none.</summary>
    public async Task PauseAsync(TimeSpan length)
    {
        await _up.Task.WaitAsync(StartTime, TestContext.Current.CancellationToken);
        var process = _process!.Id;
        ServerProcess.TrySignal(process, ServerProcess.Stop);
        try
        {
            await Task.Delay(length, TestContext.Current.CancellationToken);
        }
        finally
        {
            ServerProcess.TrySignal(process, ServerProcess.Continue);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_process is { } process)
        {
            await process.DisposeAsync();
        }

        _end.Dispose();
    }

    /// <summary>Completes when the process is ready again.</summary>
    private Task GoDown()
    {
        _up = _up.Task.IsCompleted ? New() : _up;
        return _up.Task;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static IEnumerable<string> Written(ServerProcess? process) => process is null ? [] : process.Output.Concat(process.Errors);

    private async Task RunAsync()
    {
        _process = run();
        await _process.WaitUntilReadyAsync();
        _up.TrySetResult();
    }

    private async Task SuperviseAsync()
    {
        while (true)
        {
            await _process!.WaitForExitAsync(Timeout.InfiniteTimeSpan).WaitAsync(_end.Token);
            TimeSpan? down;
            lock (_gate)
            {
                (down, _down) = (_down, null);
                OwnEnds += down is null ? 1 : 0;
                GoDown();
            }

            _log.AddRange(Written(_process));
            await _process.DisposeAsync();
            await Task.Delay(down ?? RestartDelay, _end.Token);
            await StartAgainAsync();
        }
    }

    /// <summary>A start fails while the database is away; then it is tried again.</summary>
    private async Task StartAgainAsync()
    {
        _process = run();
        var exited = _process.WaitForExitAsync(Timeout.InfiniteTimeSpan);
        var ready = _process.WaitUntilReadyAsync();
        if (await Task.WhenAny(ready, exited).WaitAsync(_end.Token) == ready && ready.IsCompletedSuccessfully)
        {
            _up.TrySetResult();
        }
        else
        {
            ServerProcess.TrySignal(_process.Id, ServerProcess.Kill);
        }
    }
}
