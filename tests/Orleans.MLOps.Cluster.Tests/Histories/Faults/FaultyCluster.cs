using Orleans.MLOps.Experiments;
using Npgsql;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Histories.Faults;

/// <summary>Supervised server processes on a PostgreSQL of their own, on ports that stay the same; each on a host of its own where there can be some.</summary>
internal sealed class FaultyCluster : IAsyncDisposable
{
    public const int Size = 3;

    /// <summary>Seconds of silence after which silos declare one dead.</summary>
    public const int DeathAfter = 5;

    private const string Database = "mlops";
    private const int Active = 3;
    private const string ActiveSilos = "SELECT count(*) FROM orleansmembershiptable WHERE status = $1";
    private static readonly TimeSpan HealTime = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(10);

    private readonly TemporaryFolder _folder = new();
    private readonly (int Http, int Grpc, int Silo)[] _ports = [.. Enumerable.Range(0, Size).Select(_ => (FreePort.Find(), FreePort.Find(), FreePort.Find()))];

    private FaultyCluster(PostgresServer postgres, TestNetwork? network)
    {
        (Postgres, Network) = (postgres, network);
        Nodes = [.. Enumerable.Range(0, Size).Select(node => new SupervisedNode(() => Run(node)))];
    }

    public PostgresServer Postgres { get; }

    /// <summary>Null where hosts cannot be made.</summary>
    public TestNetwork? Network { get; }

    public SupervisedNode[] Nodes { get; }

    public static async Task<FaultyCluster> StartAsync(CancellationToken cancellationToken)
    {
        var network = TestNetwork.Missing is null ? await TestNetwork.CreateAsync(Size, cancellationToken) : null;
        var postgres = await PostgresServer.StartAsync(network?.DatabaseAddress, cancellationToken);
        var cluster = new FaultyCluster(postgres, network);
        try
        {
            await postgres.CreateDatabaseAsync(Database, cancellationToken);
            await using var migration = cluster.Run([], "127.0.0.1", "migrate");
            Assert.Equal(0, await migration.WaitForExitAsync());
            await Task.WhenAll(cluster.Nodes.Select(node => node.StartAsync()));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client whose calls are made once, so that a refusal is a refusal of all there was. Neighbours begin at different gateways.</summary>
    public GrpcMlopsClient Connect(int number) => Connect(GatewaysFrom(number), retries: 0);

    /// <summary>A client that repeats as the SDK does by default.</summary>
    public GrpcMlopsClient ConnectRepeating(int number) => Connect(GatewaysFrom(number), new GrpcClientOptions().Retries);

    /// <summary>A client that repeats what may be repeated.</summary>
    public GrpcMlopsClient ConnectPatiently() => Connect([.. Enumerable.Range(0, Size)], retries: 10);

    /// <summary>Returns when every silo is a member and every gateway writes and reads.</summary>
    public async Task WaitUntilWellAsync(CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        Exception? last = null;
        while (TimeProvider.System.GetElapsedTime(started) < HealTime)
        {
            try
            {
                await RequireMembersAsync(cancellationToken);
                for (var node = 0; node < Size; node++)
                {
                    using var client = Connect([node], retries: 0);
                    await client.Experiments.CreateAsync($"well-{node}", cancellationToken: cancellationToken);
                    await client.Models.GetAsync(Workloads.Preparation.Model, cancellationToken: cancellationToken);
                }

                return;
            }
            catch (Exception error) when (error is not NotFoundException && !cancellationToken.IsCancellationRequested)
            {
                last = error;
                await Task.Delay(TimeSpan.FromMilliseconds(250), cancellationToken);
            }
        }

        Assert.Fail($"The cluster was not well {HealTime.TotalSeconds:f0} s after the last fault: {last}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
        {
            await node.DisposeAsync();
        }

        await Postgres.DisposeAsync();
        if (Network is not null)
        {
            await Network.DisposeAsync();
        }

        _folder.Dispose();
    }

    private static int[] GatewaysFrom(int number) => [.. Enumerable.Range(0, Size).Select(i => (i + number) % Size)];

    private GrpcMlopsClient Connect(int[] nodes, int retries) => MlopsGrpcClient.Connect(new GrpcClientOptions
    {
        Addresses = [.. nodes.Select(node => new Uri($"http://127.0.0.1:{_ports[node].Grpc}"))],
        Retries = retries,
        CircuitBreaker = null,
        Timeout = CallTime,
        ConfigureChannel = Network is null ? null : channel => Network.ConnectInside(channel, port => Array.FindIndex(_ports, ports => ports.Grpc == port)),
    });

    private ServerProcess Run(int node) => Run(
        Network?.Launcher(node) ?? [],
        Network?.DatabaseHost ?? "127.0.0.1",
        "--data", Path.Combine(_folder.Path, $"node{node}"), "--http", $"{_ports[node].Http}", "--grpc", $"{_ports[node].Grpc}",
        "--silo-port", $"{_ports[node].Silo}", "--silo-address", Network?.SiloAddress(node) ?? "127.0.0.1");

    private ServerProcess Run(string[] launcher, string databaseHost, params string[] arguments) => ServerProcess.Run(
        launcher,
        Path.GetTempPath(),
        arguments,
        ("MLOPS_MODE", "cluster"), ("MLOPS_BLOBS", Path.Combine(_folder.Path, "blobs")), ("MLOPS_DEATH_AFTER", $"{DeathAfter}"),
        ("MLOPS_POSTGRES", new NpgsqlConnectionStringBuilder(Postgres.ConnectionString(Database)) { Host = databaseHost }.ConnectionString));

    private async Task RequireMembersAsync(CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(Postgres.ConnectionString(Database));
        await using var command = source.CreateCommand(ActiveSilos);
        command.Parameters.Add(new NpgsqlParameter { Value = Active });
        var members = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        if (members != Size)
        {
            throw new UnavailableException($"{members} silos are members.");
        }
    }
}
