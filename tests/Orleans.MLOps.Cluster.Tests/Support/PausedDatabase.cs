using Orleans.MLOps.Server.Tests.Support;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests.Support;

/// <summary>A PostgreSQL that stands still with all its processes, connections open, until this is disposed.</summary>
internal sealed class PausedDatabase : IDisposable
{
    private readonly int[] _processes;

    public PausedDatabase(PostgresServer postgres)
    {
        // The server itself first: whatever it had started by then is in the list.
        ServerProcess.TrySignal(postgres.ProcessId, ServerProcess.Stop);
        _processes = postgres.ProcessIds();
        foreach (var process in _processes)
        {
            ServerProcess.TrySignal(process, ServerProcess.Stop);
        }
    }

    public void Dispose()
    {
        foreach (var process in _processes.Reverse())
        {
            ServerProcess.TrySignal(process, ServerProcess.Continue);
        }
    }
}
