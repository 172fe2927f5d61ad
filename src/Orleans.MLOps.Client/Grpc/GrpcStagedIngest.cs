using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcStagedIngest(W.Datasets.DatasetsClient client, GrpcCalls calls) : IStagedIngest
{
    public async Task<IngestProgress> BeginAsync(IngestDataset command, string operationId, CancellationToken cancellationToken = default)
    {
        var request = new W.BeginIngestRequest
        {
            Command = RecordMapper<IngestDataset, W.IngestDataset>.ToMessage(command),
            OperationId = operationId,
        };
        return ToRecord(await calls.RepeatAsync(client.BeginIngestAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<IngestProgress> GetAsync(string project, string name, string operationId, CancellationToken cancellationToken = default)
    {
        var request = new W.GetIngestRequest { Project = project, Name = name, OperationId = operationId };
        return ToRecord(await calls.RepeatAsync(client.GetIngestAsync, request, cancellationToken).ConfigureAwait(false));
    }

    private static IngestProgress ToRecord(W.IngestProgress progress) => RecordMapper<IngestProgress, W.IngestProgress>.ToRecord(progress);
}
