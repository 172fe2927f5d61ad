using Orleans.Concurrency;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>Of the same kind as the inference grain, and does nothing.</summary>
[StatelessWorker, Reentrant, GrainType("mlops-benchmarks-ping")]
internal sealed class PingGrain : Grain, IPingGrain
{
    public Task Ping() => Task.CompletedTask;
}
