namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>The bare operation below every grain of the hot path.</summary>
[Alias("mlops.benchmarks.ping")]
internal interface IPingGrain : IGrainWithStringKey
{
    [Alias("ping")]
    Task Ping();
}
