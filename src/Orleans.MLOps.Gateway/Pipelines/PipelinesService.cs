using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Pipelines;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Pipelines;

internal sealed class PipelinesService(IMlopsClient client) : W.Pipelines.PipelinesBase
{
    public override async Task<W.ConfigurePipelineReply> Configure(W.ContinuousTrainingPolicy request, ServerCallContext context)
    {
        var policy = RecordMapper<ContinuousTrainingPolicy, W.ContinuousTrainingPolicy>.ToRecord(request);
        await client.Pipelines.ConfigureAsync(policy, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.DisablePipelineReply> Disable(W.DisablePipelineRequest request, ServerCallContext context)
    {
        await client.Pipelines.DisableAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.WakePipelineReply> Wake(W.WakePipelineRequest request, ServerCallContext context)
    {
        await client.Pipelines.WakeAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.GetActiveRunReply> GetActiveRun(W.GetActiveRunRequest request, ServerCallContext context)
    {
        var run = await client.Pipelines.GetActiveRunAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return run is null ? new() : new() { Run = ToMessage(run) };
    }

    public override async Task<W.ListPipelineRunsReply> ListRuns(W.ListPipelineRunsRequest request, ServerCallContext context)
    {
        var runs = await client.Pipelines.ListRunsAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new() { Runs = { runs.Select(ToMessage) } };
    }

    private static W.PipelineRunInfo ToMessage(PipelineRunInfo run) => RecordMapper<PipelineRunInfo, W.PipelineRunInfo>.ToMessage(run);
}
