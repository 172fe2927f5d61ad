using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Durability.Tests.Support;

/// <summary>One life of the node: from its start to its kill.</summary>
internal sealed class NodeLife : Life
{
    private readonly ServerProcess _process;
    private readonly GrpcMlopsClient _client;

    private NodeLife(ServerProcess process)
    {
        _process = process;
        _client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = new Uri($"http://127.0.0.1:{process.GrpcPort}"), Retries = 0 });
    }

    public override IMlopsClient Client => _client;

    public string Errors => string.Join(Environment.NewLine, _process.Errors.Concat(_process.Output.Where(line => line.Contains("fail:", StringComparison.Ordinal))));

    public static async Task<NodeLife> BeginAsync(string folder) => new(await ServerProcess.StartNodeAsync(folder));

    public async Task KillAsync()
    {
        IsEnding = true;
        _process.Signal(ServerProcess.Kill);
        await _process.WaitForExitAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }
}
