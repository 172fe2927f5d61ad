using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>The node that the server's executable runs, on a folder and ports of its own.</summary>
internal sealed class BenchmarkNode : IAsyncDisposable
{
    private readonly NodeHost _node;
    private readonly GrpcMlopsClient _grpc;

    private BenchmarkNode(NodeHost node, IAppendLog log)
    {
        _node = node;
        _grpc = MlopsGrpcClient.Connect($"http://127.0.0.1:{node.GrpcPort}");
        Grains = node.Services.GetRequiredService<IGrainFactory>();
        Tables = node.Services.GetRequiredService<ITables>();
        Log = log;
    }

    public IMlopsClient Cohosted => _node.Client;

    public IMlopsClient OverGrpc => _grpc;

    public IGrainFactory Grains { get; }

    public ITables Tables { get; }

    /// <summary>A log that nothing else writes.</summary>
    public IAppendLog Log { get; }

    /// <param name="dataFolder">Where it keeps everything.</param>
    /// <param name="models">A folder of models to serve; none if null.</param>
    public static async Task<BenchmarkNode> StartAsync(string dataFolder, string? models = null)
    {
        var node = await NodeHost.StartAsync(new NodeOptions { DataFolder = dataFolder, HttpPort = 0, GrpcPort = 0, Models = models });
        return new BenchmarkNode(node, await node.Services.GetRequiredService<ILogStore>().OpenAsync("benchmark-append"));
    }

    public async ValueTask DisposeAsync()
    {
        _grpc.Dispose();
        await _node.DisposeAsync();
    }
}
