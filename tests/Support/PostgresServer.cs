using System.Diagnostics;
using System.Globalization;

namespace Orleans.MLOps.Tests.Support;

/// <summary>A PostgreSQL server of the tests' own: a new data folder, a free loopback port, stopped and deleted at the end.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Why tests that need a server are skipped; null when one can be started.</summary>
    public static string? Missing { get; } = FindBinaries() is null ? "PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/initdb." : null;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);

    private readonly string _binaries;
    private readonly string _folder;
    private Process? _process;

    private PostgresServer(string binaries, string folder, int port) => (_binaries, _folder, Port) = (binaries, folder, port);

    public int Port { get; }

    /// <summary>The server's process; tests stop, kill and continue it.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(_folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public static Task<PostgresServer> StartAsync(CancellationToken cancellationToken = default) => StartAsync(null, cancellationToken);

    /// <param name="address">An address to listen on beside loopback, as <c>10.0.0.1/24</c>; who comes from its network is trusted.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<PostgresServer> StartAsync(string? address, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("mlops-postgres-").FullName;
        var server = new PostgresServer(FindBinaries() ?? throw new InvalidOperationException(Missing), folder, FreePort.Find());
        if (Environment.UserName == "root")
        {
            await RunAsync("chown", ["postgres", folder], cancellationToken);
        }

        await RunAsync(server.AsPostgres("initdb", "-D", server.Data, "-U", "mlops", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"), cancellationToken);
        var listen = "127.0.0.1";
        if (address is not null)
        {
            listen += $",{address.Split('/')[0]}";
            await File.AppendAllTextAsync(Path.Combine(server.Data, "pg_hba.conf"), $"host all all {address} trust\n", cancellationToken);
        }

        await File.AppendAllTextAsync(Path.Combine(server.Data, "postgresql.conf"), $"listen_addresses = '{listen}'\n", cancellationToken);

        await server.StartAgainAsync(cancellationToken);
        return server;
    }

    /// <summary>The connection string of a database.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username=mlops;Database={database}");

    public Task CreateDatabaseAsync(string database, CancellationToken cancellationToken = default) =>
        RunAsync(AsPostgres("createdb", "-h", "127.0.0.1", "-p", $"{Port}", "-U", "mlops", database), cancellationToken);

    /// <summary>Ends the server: <c>immediate</c> as a crash would, <c>fast</c> in order, rolling back what is under way.</summary>
    public async Task StopAsync(string mode, CancellationToken cancellationToken = default)
    {
        await RunAsync(AsPostgres("pg_ctl", "-D", Data, "-m", mode, "-w", "stop"), cancellationToken);
        await _process!.WaitForExitAsync(cancellationToken);
        _process.Dispose();
        _process = null;
    }

    /// <summary>The server's process and those that it has started.</summary>
    public int[] ProcessIds()
    {
        var server = ProcessId;
        return [server, .. File.ReadAllText($"/proc/{server}/task/{server}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
    }

    /// <summary>Starts the server on its folder and port; call it after the process was killed.</summary>
    public async Task StartAgainAsync(CancellationToken cancellationToken = default)
    {
        _process = Process.Start(AsPostgres(
            "postgres", "-D", Data, "-p", $"{Port}", "-c", "unix_socket_directories=", "-c", "max_connections=200", "-c", "logging_collector=on"))!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartTime);
        while (!await TryAsync(AsPostgres("pg_isready", "-q", "-h", "127.0.0.1", "-p", $"{Port}"), limit.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"PostgreSQL ended with code {_process.ExitCode} instead of starting.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            await TryAsync(AsPostgres("pg_ctl", "-D", Data, "-m", "immediate", "-w", "stop"), CancellationToken.None);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Data => Path.Combine(_folder, "data");

    private static string? FindBinaries() => Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max()
        : null;

    /// <summary>The server refuses to run as root.</summary>
    private ProcessStartInfo AsPostgres(string program, params string[] arguments)
    {
        var path = Path.Combine(_binaries, program);
        return Environment.UserName == "root"
            ? Describe("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, .. arguments])
            : Describe(path, arguments);
    }

    private ProcessStartInfo Describe(string program, IEnumerable<string> arguments) =>
        new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder };

    private static async Task<bool> TryAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0;
    }

    private static Task RunAsync(string program, string[] arguments, CancellationToken cancellationToken) =>
        RunAsync(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }, cancellationToken);

    private static async Task RunAsync(ProcessStartInfo start, CancellationToken cancellationToken)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with code {process.ExitCode}: {errors}{await output}");
        }
    }
}
