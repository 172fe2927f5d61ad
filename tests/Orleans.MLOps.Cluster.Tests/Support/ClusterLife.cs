using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Durability.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>One life of the cluster: from all silos up to the kill of one of them.</summary>
internal sealed class ClusterLife : Life
{
    private readonly TestCluster _cluster;
    private readonly GrpcMlopsClient _client;

    public ClusterLife(TestCluster cluster)
    {
        _cluster = cluster;
        _client = MlopsGrpcClient.Connect(new GrpcClientOptions { Addresses = cluster.Gateways, Retries = 0, CircuitBreaker = null });
    }

    public override IMlopsClient Client => _client;

    /// <summary>Kills a node; returns when the others have declared it dead.</summary>
    public Task KillAsync(int node)
    {
        IsEnding = true;
        return _cluster.KillAsync(node);
    }

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
