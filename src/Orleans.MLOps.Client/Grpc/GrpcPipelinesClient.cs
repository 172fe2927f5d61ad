using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Pipelines;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcPipelinesClient(W.Pipelines.PipelinesClient client, GrpcCalls calls) : IPipelinesClient
{
    public Task ConfigureAsync(ContinuousTrainingPolicy policy, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(
            client.ConfigureAsync, RecordMapper<ContinuousTrainingPolicy, W.ContinuousTrainingPolicy>.ToMessage(policy), cancellationToken);

    public Task DisableAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.DisableAsync, new W.DisablePipelineRequest { Project = project, Endpoint = endpoint }, cancellationToken);

    public Task WakeAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.WakeAsync, new W.WakePipelineRequest { Project = project, Endpoint = endpoint }, cancellationToken);

    public async Task<PipelineRunInfo?> GetActiveRunAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetActiveRunRequest { Project = project, Endpoint = endpoint };
        var reply = await calls.RepeatAsync(client.GetActiveRunAsync, request, cancellationToken).ConfigureAwait(false);
        return reply.Run is { } run ? RecordMapper<PipelineRunInfo, W.PipelineRunInfo>.ToRecord(run) : null;
    }

    public async Task<PipelineRunInfo[]> ListRunsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.ListPipelineRunsRequest { Project = project, Endpoint = endpoint };
        var reply = await calls.RepeatAsync(client.ListRunsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. reply.Runs.Select(item => RecordMapper<PipelineRunInfo, W.PipelineRunInfo>.ToRecord(item))];
    }
}
