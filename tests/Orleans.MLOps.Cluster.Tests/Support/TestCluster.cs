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

    private TestCluster(PostgresServer postgres, string[] roles)
    {
        Postgres = postgres;
        _roles = roles;
        _nodes = new ServerProcess[roles.Length];
        _siloPorts = new int[roles.Length];
    }

    public PostgresServer Postgres { get; }

    public int Size => _nodes.Length;

    public IReadOnlyList<Uri> Gateways => [.. _nodes.Select(node => new Uri($"http://127.0.0.1:{node.GrpcPort}"))];

    public static async Task<TestCluster> StartAsync(params string[] roles)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "needs signals");
        Assert.SkipUnless(PostgresServer.Missing is null, PostgresServer.Missing ?? "");
        var postgres = await PostgresServer.StartAsync();
        var cluster = new TestCluster(postgres, roles);
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
    public ServerProcess Run(params string[] arguments) => ServerProcess.Run(
        Path.GetTempPath(),
        arguments,
        ("MLOPS_MODE", "cluster"), ("MLOPS_POSTGRES", Postgres.ConnectionString(Database)), ("MLOPS_BLOBS", _folder.Path), ("MLOPS_DEATH_AFTER", "5"));

    /// <summary>Starts a node, or starts it again on new ports.</summary>
    public async Task StartNodeAsync(int node)
    {
        _siloPorts[node] = PostgresServer.FreePort();
        _nodes[node] = Run(
            "--data", Path.Combine(_folder.Path, $"node{node}"), "--http", "0", "--grpc", "0", "--silo-port", $"{_siloPorts[node]}", "--role", _roles[node]);
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
        await using var source = NpgsqlDataSource.Create(Postgres.ConnectionString(Database));
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
