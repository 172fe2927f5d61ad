using System.Diagnostics;
using System.Globalization;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Demo.Cluster;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Benchmarks.Cluster;

/// <summary>Server processes on one PostgreSQL, each pinned to a core of its own while there are as many.</summary>
internal sealed class BenchmarkCluster : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _connectionString;
    private readonly DemoSilo?[] _silos;

    private BenchmarkCluster(string folder, string connectionString, int silos)
    {
        (_folder, _connectionString, _silos) = (folder, connectionString, new DemoSilo?[silos]);
        Directory.CreateDirectory(Blobs);
    }

    public int Size => _silos.Length;

    public IReadOnlyList<Uri> Gateways => [.. _silos.Select(silo => silo!.GrpcAddress)];

    private string Blobs => Path.Combine(_folder, "blobs");

    public static async Task<BenchmarkCluster> StartAsync(PostgresServer postgres, string folder, int silos)
    {
        var database = $"silos{silos}";
        await postgres.CreateDatabaseAsync(database);
        var connectionString = postgres.ConnectionString(database);
        await Hosting.MlopsClusterExtensions.MigrateMlopsDatabaseAsync(connectionString);
        var cluster = new BenchmarkCluster(Path.Combine(folder, database), connectionString, silos);
        for (var silo = 0; silo < silos; silo++)
        {
            await cluster.StartSiloAsync(silo);
        }

        return cluster;
    }

    public GrpcMlopsClient Connect(GatewayBalancing balancing = GatewayBalancing.Spread) =>
        MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = Gateways, Balancing = balancing });

    public async Task StartSiloAsync(int silo)
    {
        var before = _silos[silo]?.Ports ?? ["--http", "0", "--grpc", "0", "--silo-port", $"{FreePort.Find()}"];
        if (_silos[silo] is { } ended)
        {
            await ended.DisposeAsync();
        }

        var start = new ProcessStartInfo("taskset",
        [
            "-c", $"{silo % Environment.ProcessorCount}", "dotnet", Path.Combine(AppContext.BaseDirectory, "Orleans.MLOps.Server.dll"),
            "--mode", "cluster", "--data", Path.Combine(_folder, $"silo{silo}"), "--blobs", Blobs, .. before,
        ]);
        start.Environment["MLOPS_POSTGRES"] = _connectionString;
        _silos[silo] = await DemoSilo.StartAsync(start, Path.Combine(_folder, $"silo{silo}.log"), CancellationToken.None);
    }

    /// <summary>kill -9; taskset has become the silo.</summary>
    public async Task KillAsync(int silo)
    {
        using var process = Process.GetProcessById(_silos[silo]!.ProcessId);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Messages that silos have sent to each other and to themselves over the network so far.</summary>
    public async Task<double> MessagesAsync()
    {
        using var http = new HttpClient();
        var total = 0.0;
        foreach (var silo in _silos)
        {
            var page = await http.GetStringAsync(new Uri(new Uri(silo!.Dashboard), "/metrics"));
            total += page.Split('\n').Where(line => !line.StartsWith('#') && line.Contains("orleans_messaging_sent_messages_size_count", StringComparison.Ordinal))
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }

        return total;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in _silos.OfType<DemoSilo>())
        {
            using (var process = Process.GetProcessById(silo.ProcessId))
            {
                process.Kill();
            }

            await silo.DisposeAsync();
        }
    }
}
