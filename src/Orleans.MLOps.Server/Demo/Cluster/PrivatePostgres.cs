using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>
/// A PostgreSQL server for one run of the demo, from the binaries that are installed: a new folder, a free port of 127.0.0.1, and a password
/// that only the demo and its silos know, because every user of the machine reaches the port.
/// </summary>
internal sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Database = "mlops";
    private const string Installed = "/usr/lib/postgresql";

    /// <summary>PostgreSQL refuses to run as root; packages make this user for it.</summary>
    private const string ServiceUser = "postgres";

    private const int PasswordDigits = 32;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly string _password = RandomNumberGenerator.GetHexString(PasswordDigits);
    private readonly string _binaries;
    private readonly string _folder;
    private readonly int _port;
    private Process? _process;

    private PrivatePostgres(string binaries, string folder, int port) => (_binaries, _folder, _port) = (binaries, folder, port);

    public string ConnectionString => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=mlops;Password={_password};Database={Database}");

    public int ProcessId => _process!.Id;

    private string Data => Path.Combine(_folder, "data");

    private string PasswordFile => Path.Combine(_folder, "password");

    /// <summary>Makes and starts a server in a new folder of the system's temporary one, which also another user than the caller reaches.</summary>
    /// <exception cref="FailedPreconditionException">PostgreSQL is not installed.</exception>
    /// <exception cref="UnavailableException">It does not start.</exception>
    public static async Task<PrivatePostgres> StartAsync(CancellationToken cancellationToken)
    {
        var binaries = FindBinaries() ?? throw new FailedPreconditionException(
            $"No PostgreSQL server is installed: neither PATH nor {Installed}/*/bin holds initdb; install one (Debian: apt-get install postgresql) or name a database with MLOPS_POSTGRES.");
        var server = new PrivatePostgres(binaries, Directory.CreateTempSubdirectory("mlops-demo-postgres-").FullName, FreePort.Find());
        try
        {
            await server.InitializeAsync(cancellationToken);
            await server.ServeAsync(cancellationToken);
            var create = server.Describe("createdb", "-h", "127.0.0.1", "-p", $"{server._port}", "-U", "mlops", "--no-password", Database);
            create.Environment["PGPASSWORD"] = server._password;
            await Daemon.RunAsync(create, cancellationToken);
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
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? FindBinaries() => Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    private static IEnumerable<string> Candidates()
    {
        var packaged = Directory.Exists(Installed) ? Directory.EnumerateDirectories(Installed).OrderDescending(StringComparer.Ordinal) : Enumerable.Empty<string>();
        return packaged.Select(version => Path.Combine(version, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
    }

    private async Task InitializeAsync(CancellationToken cancellationToken)
    {
        try
        {
            WritePassword();
            if (IsRoot)
            {
                await Daemon.RunAsync(new ProcessStartInfo("chown", [ServiceUser, PasswordFile, _folder]), cancellationToken);
            }

            var initialize = Describe(
                "initdb", "-D", Data, "-U", "mlops", "-A", "scram-sha-256", $"--pwfile={PasswordFile}", "-E", "UTF8", "--locale=C", "--no-sync");
            await Daemon.RunAsync(initialize, cancellationToken);
        }
        finally
        {
            File.Delete(PasswordFile);
        }
    }

    /// <summary>In a file that its owner alone reads from the first moment; an argument would be seen by every user.</summary>
    private void WritePassword()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(PasswordFile, options);
        writer.WriteLine(_password);
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
