namespace Orleans.MLOps.Cluster.Tests.Histories.Recording;

/// <summary>An operation to invoke.</summary>
internal sealed record Call(string Kind, object Input, Func<IMlopsClient, CancellationToken, Task<object?>> RunAsync);
