using System.Diagnostics;
using Orleans.MLOps.Server.Demo.Cluster;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>An embedded node as a process of its own, on SQLite, whose CPU time is read.</summary>
internal sealed class TrackedServer : IAsyncDisposable
{
    private readonly DemoSilo _node;
    private readonly Process _process;

    private TrackedServer(DemoSilo node) => (_node, _process, Http) = (node, Process.GetProcessById(node.ProcessId), new Uri(new Uri(node.Dashboard), "/"));

    public Uri Http { get; }

    public Uri Grpc => _node.GrpcAddress;

    /// <summary>CPU seconds of the server so far.</summary>
    public double Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Resident megabytes now.</summary>
    public double Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1048576.0;
        }
    }

    public static async Task<TrackedServer> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Orleans.MLOps.Server.dll"), "--data", Path.Combine(folder, "data"), "--http", "0", "--grpc", "0"]);
        return new TrackedServer(await DemoSilo.StartAsync(start, Path.Combine(folder, "server.log"), CancellationToken.None));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        _process.Dispose();
        await _node.DisposeAsync();
    }
}
