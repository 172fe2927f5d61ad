using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Gateway.Tests.Support;

/// <summary>An ingest that two handlers answer.</summary>
internal sealed class FakeIngest : IStagedIngest
{
    public Func<IngestDataset, string, IngestProgress> Begin { get; set; } = (_, _) => throw new InvalidOperationException("No ingest was expected.");

    public Func<string, string, string, IngestProgress> Get { get; set; } = (_, _, _) => throw new InvalidOperationException("No ingest was expected.");

    public Task<IngestProgress> BeginAsync(IngestDataset command, string operationId, CancellationToken cancellationToken = default) =>
        Task.FromResult(Begin(command, operationId));

    public Task<IngestProgress> GetAsync(string project, string name, string operationId, CancellationToken cancellationToken = default) =>
        Task.FromResult(Get(project, name, operationId));
}
