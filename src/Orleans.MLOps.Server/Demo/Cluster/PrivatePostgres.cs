using System.Diagnostics;
using System.Globalization;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>A PostgreSQL server for one run of the demo, from the binaries that are installed: a new folder, a free port of 127.0.0.1.</summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Database = "mlops";
    private const string Installed = "/usr/lib/postgresql";

    /// <summary>PostgreSQL refuses to run as root; packages make this user for it.</summary>
    private const string ServiceUser = "postgres";

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;
    private Process? _process;

    private PrivatePostgres(string binaries, string folder, int port) => (_binaries, _folder, _port) = (binaries, folder, port);

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=mlops;Database={Database}");

    public int ProcessId => _process!.Id;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes and starts a server in a new folder.</summary>
    /// <exception cref="FailedPreconditionException">PostgreSQL is not installed.</exception>
    /// <exception cref="UnavailableException">It does not start.</exception>
    public static async Task<PrivatePostgres> StartAsync(string folder, CancellationToken cancellationToken)
    {
        var binaries = FindBinaries() ?? throw new FailedPreconditionException(
            $"No PostgreSQL server is installed: neither PATH nor {Installed}/*/bin holds initdb; install one (Debian: apt-get install postgresql) or name a database with MLOPS_POSTGRES.");
        var server = new PrivatePostgres(binaries, folder, FreePort.Find());
        try
        {
            Directory.CreateDirectory(folder);
            if (IsRoot)
            {
                await Daemon.RunAsync(new ProcessStartInfo("chown", [ServiceUser, folder]), cancellationToken);
            }

            await Daemon.RunAsync(server.Describe("initdb", "-D", server.Data, "-U", "mlops", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"), cancellationToken);
            await server.ServeAsync(cancellationToken);
            await Daemon.RunAsync(server.Describe("createdb", "-h", "127.0.0.1", "-p", $"{server._port}", "-U", "mlops", Database), cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server at once; nobody needs its data any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await Daemon.RunAsync(Describe("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop"), CancellationToken.None);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries() => Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private static IEnumerable<string> Candidates()
    {
        var packaged = Directory.Exists(Installed) ? Directory.EnumerateDirectories(Installed).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        return packaged.Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task ServeAsync(CancellationToken cancellationToken)
    {
        var start = Describe(
            "postgres", "-D", Data, "-h", "127.0.0.1", "-p", $"{_port}", "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "logging_collector=on");
        _process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTime);
        while (true)
        {
            using var probe = Process.Start(Describe("pg_isready", "-q", "-h", "127.0.0.1", "-p", $"{_port}"))!;
            await probe.WaitForExitAsync(limit.Token);
            if (probe.ExitCode == 0)
            {
                return;
            }

            if (_process.HasExited)
            {
                throw new UnavailableException($"PostgreSQL ended with code {_process.ExitCode} instead of starting; {Path.Combine(Data, "log")} says why.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    private ProcessStartInfo Describe(string program, params string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        var start = IsRoot
            ? Daemon.Describe("setpriv", [$"--reuid={ServiceUser}", $"--regid={ServiceUser}", "--clear-groups", path, .. arguments])
            : Daemon.Describe(path, arguments);
        start.WorkingDirectory = _folder;
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return start;
    }
}
