using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Orleans.MLOps.Server.Tests.Support;

/// <summary>A real server process, run as a user runs it: the built program under <c>dotnet</c>.</summary>
public sealed partial class ServerProcess : IAsyncDisposable
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>For what never ends when it is broken; on a loaded machine the right end may take a while too.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TaskCompletionSource _announced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly Lock _gate = new();

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Take(_errors, line.Data);
    }

    public string[] Output => Copy(_output);

    public string[] Errors => Copy(_errors);

    public int HttpPort => PortOf("home");

    public int GrpcPort => PortOf("gRPC");

    public int Id => _process.Id;

    /// <summary>Starts the program with exactly these arguments.</summary>
    public static ServerProcess Run(string workingFolder, string[] arguments, params (string Name, string Value)[] environment) =>
        Run([], workingFolder, arguments, environment);

    /// <summary>The same by another program, such as one that enters a network namespace; it must become the server in its own process.</summary>
    public static ServerProcess Run(string[] launcher, string workingFolder, string[] arguments, params (string Name, string Value)[] environment)
    {
        string[] command = [.. launcher, "dotnet", Path.Combine(AppContext.BaseDirectory, "Orleans.MLOps.Server.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = workingFolder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var process = new ServerProcess(new Process { StartInfo = start });
        process._process.Start();
        process._process.BeginOutputReadLine();
        process._process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Starts a node on free ports and waits until it says that it is ready.</summary>
    public static async Task<ServerProcess> StartNodeAsync(string dataFolder, params string[] more)
    {
        var node = Run(Path.GetTempPath(), ["--data", dataFolder, "--http", "0", "--grpc", "0", .. more]);
        await node.WaitUntilReadyAsync();
        return node;
    }

    public async Task WaitUntilReadyAsync()
    {
        var exited = _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        if (await Task.WhenAny(_announced.Task, exited).WaitAsync(Patience, TestContext.Current.CancellationToken) == exited)
        {
            Assert.Fail($"The node ended with {_process.ExitCode}: {string.Join(Environment.NewLine, Errors)}");
        }
    }

    public Uri Address(string path) => new($"http://127.0.0.1:{HttpPort}{path}");

    public bool HasExited => _process.HasExited;

    /// <summary>Sends a signal to any process; one that has ended meanwhile is nobody's business.</summary>
    public static void TrySignal(int process, int signal) => _ = SendSignal(process, signal);

    public void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    public Task<int> WaitForExitAsync() => WaitForExitAsync(Patience);

    public async Task<int> WaitForExitAsync(TimeSpan patience)
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(patience, TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [GeneratedRegex(@"https?://[^/]+:(\d+)")]
    private static partial Regex AddressPattern { get; }

    private int PortOf(string name)
    {
        var line = Assert.Single(Output, line => line.StartsWith($"  {name} ", StringComparison.Ordinal));
        return int.Parse(AddressPattern.Match(line).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    private void Take(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            lines.Add(line);
        }

        // The data folder is the last line of what a node announces.
        if (lines == _output && line.StartsWith("  data ", StringComparison.Ordinal))
        {
            _announced.TrySetResult();
        }
    }

    private string[] Copy(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }
}
