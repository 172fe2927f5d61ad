using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.CommandLine;

namespace Orleans.MLOps.Server.Demo.Cluster;

/// <summary>
/// Three silos of all roles, each a process, on one PostgreSQL. One that dies is started again on the same ports: that the
/// new one joins under the address of the old one tells the others that the old one is dead.
/// </summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private const int Silos = 3;
    private const int StartAttempts = 5;
    private const string Name = "mlops-demo";

    private readonly DemoSilo?[] _silos = new DemoSilo?[Silos];
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _folder;
    private readonly IDemoOutput _output;
    private readonly bool _ownsFolder;
    private Task[] _supervisors = [];
    private PrivatePostgres? _postgres;
    private string _connectionString = "";

    private DemoCluster(string folder, bool ownsFolder, IDemoOutput output)
    {
        (_folder, _ownsFolder, _output) = (folder, ownsFolder, output);
        Directory.CreateDirectory(folder);
        Clock = SharedClock.Create(ClockFile, FlightFacts.ReplayStart);
    }

    /// <summary>The clock of all silos.</summary>
    public SharedClock Clock { get; }

    public IReadOnlyList<Uri> Gateways => [.. _silos.Select(silo => silo!.GrpcAddress)];

    private string ClockFile => Path.Combine(_folder, $"clock-{Environment.ProcessId}");

    /// <summary>Starts the database, unless one is given, and the silos.</summary>
    /// <exception cref="FailedPreconditionException">No database is given and PostgreSQL is not installed.</exception>
    /// <exception cref="UnavailableException">The database or a silo does not start.</exception>
    public static async Task<DemoCluster> StartAsync(string dataFolder, string? postgres, IDemoOutput output, CancellationToken cancellationToken)
    {
        var folder = Path.GetFullPath(Path.Combine(dataFolder, postgres is null ? $"cluster-{Environment.ProcessId}" : "cluster"));
        var cluster = new DemoCluster(folder, postgres is null, output);
        try
        {
            await cluster.StartAsync(postgres, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends when a silo could not be started again.</summary>
    public Task WatchAsync() => Task.WhenAny(_supervisors).Unwrap();

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_supervisors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_silos.Select(silo => silo?.DisposeAsync().AsTask() ?? Task.CompletedTask));
        if (_postgres is not null)
        {
            await _postgres.DisposeAsync();
        }

        Clock.Dispose();
        File.Delete(ClockFile);
        _stopping.Dispose();
        if (_ownsFolder)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private async Task StartAsync(string? postgres, CancellationToken cancellationToken)
    {
        _postgres = postgres is null ? await PrivatePostgres.StartAsync(cancellationToken) : null;
        _connectionString = postgres ?? _postgres!.ConnectionString;
        if (_postgres is not null)
        {
            _output.Fact($"PostgreSQL pid {_postgres.ProcessId}, a throw-away server of this demo");
        }

        await MlopsClusterExtensions.MigrateMlopsDatabaseAsync(_connectionString, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, Silos).Select(number => StartSiloAsync(number, ["--http", "0", "--grpc", "0", "--silo-port", "0"], cancellationToken)));
        for (var number = 0; number < Silos; number++)
        {
            Announce(number);
        }

        _supervisors = [.. Enumerable.Range(0, Silos).Select(SuperviseAsync)];
    }

    private async Task SuperviseAsync(int number)
    {
        while (true)
        {
            var silo = _silos[number]!;
            try
            {
                await silo.WaitForExitAsync(_stopping.Token);
                _output.Fact($"silo {number + 1} (pid {silo.ProcessId}) has died; it is started again");
                var ports = silo.Ports;
                await silo.DisposeAsync();
                await StartAgainAsync(number, ports);
                Announce(number);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>A silo may be killed again while it starts.</summary>
    private async Task StartAgainAsync(int number, IReadOnlyList<string> ports)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StartSiloAsync(number, ports, _stopping.Token);
                return;
            }
            catch (UnavailableException) when (attempt < StartAttempts)
            {
                _output.Fact($"silo {number + 1} ended while it started; it is started again");
            }
        }
    }

    private async Task StartSiloAsync(int number, IReadOnlyList<string> ports, CancellationToken cancellationToken)
    {
        var start = Daemon.DescribeSelf(
        [
            DemoSiloCommand.Verb, ClockFile, NodeSetting.Mode.Option!, "cluster", NodeSetting.ClusterName.Option!, Name,
            NodeSetting.Data.Option!, Path.Combine(_folder, $"silo{number + 1}"), NodeSetting.Blobs.Option!, Path.Combine(_folder, "blobs"), .. ports,
        ]);
        foreach (var name in start.Environment.Keys.Where(IsSetting).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment[NodeSetting.Postgres.Environment] = _connectionString;
        Directory.CreateDirectory(Path.Combine(_folder, "blobs"));
        _silos[number] = await DemoSilo.StartAsync(start, Path.Combine(_folder, $"silo{number + 1}.log"), cancellationToken);
    }

    /// <summary>What a person has set for nodes of their own says nothing about these.</summary>
    private static bool IsSetting(string variable) =>
        variable.StartsWith("MLOPS_", StringComparison.OrdinalIgnoreCase) || variable.StartsWith("Mlops__", StringComparison.OrdinalIgnoreCase);

    private void Announce(int number)
    {
        var silo = _silos[number]!;
        _output.Fact($"silo {number + 1}  pid {silo.ProcessId}  gRPC {silo.GrpcAddress.Authority}  {silo.Dashboard}   to kill it: kill -9 {silo.ProcessId}");
    }
}
