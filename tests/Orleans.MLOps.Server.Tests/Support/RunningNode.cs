using Orleans.MLOps.Server.Tests.Support;

[assembly: AssemblyFixture(typeof(RunningNode))]

namespace Orleans.MLOps.Server.Tests.Support;

/// <summary>One node process that all tests share which leave it as it was.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ServerProcess? _process;

    public ServerProcess Process => _process!;

    public string DataFolder => _folder.At("data");

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public async ValueTask InitializeAsync() => _process = await ServerProcess.StartNodeAsync(DataFolder);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
