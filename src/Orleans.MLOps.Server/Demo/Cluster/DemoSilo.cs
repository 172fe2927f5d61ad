using System.Diagnostics;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>One silo of the demo's cluster as a process of its own. What it logs goes to a file.</summary>
internal sealed class DemoSilo : IAsyncDisposable
{
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Dictionary<string, string> _doors = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _output;

    private DemoSilo(Process process, string logFile)
    {
        _process = process;
        _output = Task.WhenAll(ReadDoorsAsync(), KeepErrorsAsync(logFile));
    }

    public int ProcessId => _process.Id;

    /// <summary>The ports it took, as arguments that make its successor take the same.</summary>
    public IReadOnlyList<string> Ports => ["--http", Port("home"), "--grpc", Port("gRPC"), "--silo-port", Port("silo")];

    public Uri GrpcAddress => new(_doors["gRPC"]);

    public string Dashboard => _doors["dashboard"];

    /// <summary>Starts a silo; returns when it takes work.</summary>
    /// <exception cref="UnavailableException">It ended instead.</exception>
    public static async Task<DemoSilo> StartAsync(ProcessStartInfo start, string logFile, CancellationToken cancellationToken)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        var silo = new DemoSilo(Process.Start(start)!, logFile);
        try
        {
            await silo._ready.Task.WaitAsync(cancellationToken);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Stops it in good order, or at once when that takes too long.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(StopTime);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _output;
        _process.Dispose();
    }

    private string Port(string door) => _doors[door][(_doors[door].LastIndexOf(':') + 1)..].TrimEnd('/');

    /// <summary>Reads the lines of the announcement: two blanks, a name, blanks, a place. The data folder comes last.</summary>
    private async Task ReadDoorsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal) && line.Trim().Split("  ", 2, StringSplitOptions.TrimEntries) is [var name, var place])
            {
                _doors[name] = place;
                if (name == "data")
                {
                    _ready.TrySetResult();
                }
            }
        }

        _ready.TrySetException(new UnavailableException("A silo of the demo ended instead of starting."));
    }

    private async Task KeepErrorsAsync(string logFile)
    {
        await using var log = new FileStream(logFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await _process.StandardError.BaseStream.CopyToAsync(log);
    }
}
