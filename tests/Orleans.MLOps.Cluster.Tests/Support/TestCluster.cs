using Npgsql;
using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>Real server processes on a real PostgreSQL, with a shared folder of blobs, on free loopback ports.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    /// <summary>The test collection: several clusters at once would starve each other's membership probes on a small machine.</summary>
    public const string OneAtATime = "cluster";

    private const string Database = "mlops";
    private const int Dead = 6;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly TemporaryFolder _folder = new();
    private readonly ServerProcess[] _nodes;
    private readonly int[] _siloPorts;
    private readonly string[] _roles;
    private readonly Func<TestCluster, int, string> _connect;

    private TestCluster(PostgresServer postgres, Func<TestCluster, int, string> connect, string[] roles)
    {
        Postgres = postgres;
        _connect = connect;
        _roles = roles;
        Directory.CreateDirectory(Blobs);
        _nodes = new ServerProcess[roles.Length];
        _siloPorts = new int[roles.Length];
    }

    public PostgresServer Postgres { get; }

    public int Size => _nodes.Length;

    /// <summary>How a node reaches the database.</summary>
    public string ConnectionString => Postgres.ConnectionString(Database);

    /// <summary>The shared folder of blobs.</summary>
    public string Blobs => Path.Combine(_folder.Path, "blobs");

    public IReadOnlyList<Uri> Gateways => [.. _nodes.Select(node => new Uri($"http://127.0.0.1:{node.GrpcPort}"))];

    public static Task<TestCluster> StartAsync(params string[] roles) => StartAsync(static (cluster, _) => cluster.ConnectionString, roles);

    /// <summary>Starts nodes of the given roles.</summary>
    /// <param name="connect">How a node reaches the database, such as through a link that a test cuts.</param>
    /// <param name="roles">A role a node.</param>
    public static async Task<TestCluster> StartAsync(Func<TestCluster, int, string> connect, params string[] roles)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        var postgres = await PostgresServer.StartAsync();
        var cluster = new TestCluster(postgres, connect, roles);
        try
        {
            await postgres.CreateDatabaseAsync(Database);
            await using var migration = cluster.Run("migrate");
            Assert.Equal(0, await migration.WaitForExitAsync());
            await Task.WhenAll(Enumerable.Range(0, roles.Length).Select(cluster.StartNodeAsync));
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the server program with the cluster's settings.</summary>
    public ServerProcess Run(params string[] arguments) => RunAt(ConnectionString, arguments);

    /// <summary>Starts a node, or starts it again on new ports.</summary>
    public Task StartNodeAsync(int node) => StartOnAsync(node, grpcPort: 0);

    /// <summary>Starts a node again where clients know it, on a new port for the silos.</summary>
    public Task RestartNodeAsync(int node) => StartOnAsync(node, _nodes[node].GrpcPort);

    private async Task StartOnAsync(int node, int grpcPort)
    {
        _siloPorts[node] = FreePort.Find();
        _nodes[node] = RunAt(
            _connect(this, node),
            "--data", Path.Combine(_folder.Path, $"node{node}"), "--http", "0", "--grpc", $"{grpcPort}", "--silo-port", $"{_siloPorts[node]}", "--role", _roles[node]);
        await _nodes[node].WaitUntilReadyAsync();
    }

    public ServerProcess Node(int node) => _nodes[node];

    /// <summary>The node whose silo has that address.</summary>
    public int NodeOf(string silo) => Array.FindIndex(_siloPorts, port => silo.Contains($":{port}@", StringComparison.Ordinal));

    /// <summary>Kills a node and returns when the others have declared it dead.</summary>
    public async Task KillAsync(int node)
    {
        _nodes[node].Signal(ServerProcess.Kill);
        await _nodes[node].WaitForExitAsync();
        await WaitUntilDeadAsync(node);
    }

    public async Task WaitUntilDeadAsync(int node)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString);
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            await using var command = source.CreateCommand("SELECT status FROM orleansmembershiptable WHERE port = $1 ORDER BY generation DESC LIMIT 1");
            command.Parameters.Add(new NpgsqlParameter { Value = _siloPorts[node] });
            if (await command.ExecuteScalarAsync(limit.Token) is Dead)
            {
                return;
            }

            await Task.Delay(100, limit.Token);
        }
    }

    private ServerProcess RunAt(string postgres, params string[] arguments) => ServerProcess.Run(
        Path.GetTempPath(),
        arguments,
        ("MLOPS_MODE", "cluster"), ("MLOPS_POSTGRES", postgres), ("MLOPS_BLOBS", Blobs), ("MLOPS_DEATH_AFTER", "5"));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            if (node is not null)
            {
                await node.DisposeAsync();
            }
        }

        await Postgres.DisposeAsync();
        _folder.Dispose();
    }
}
