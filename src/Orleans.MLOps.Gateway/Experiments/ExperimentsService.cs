using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Streams;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Experiments;

internal sealed class ExperimentsService(IMlopsClient client) : W.Experiments.ExperimentsBase
{
    public override async Task<W.ExperimentInfo> Create(W.CreateExperiment request, ServerCallContext context) =>
        ToMessage(await client.Experiments.CreateAsync(
            request.Name, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ListExperimentsReply> List(W.ListExperimentsRequest request, ServerCallContext context)
    {
        var experiments = await client.Experiments.ListAsync(
            Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new() { Experiments = { experiments.Select(ToMessage) } };
    }

    public override async Task<W.SetLifecycleReply> SetLifecycle(W.SetLifecycleRequest request, ServerCallContext context)
    {
        var lifecycle = WireEnum.Of<W.Lifecycle, Lifecycle>(request.Lifecycle, "lifecycle");
        await client.Experiments.SetLifecycleAsync(request.ExperimentId, lifecycle, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.RunInfo> StartRun(W.StartRun request, ServerCallContext context) =>
        ToMessage(await client.Experiments.StartRunAsync(
            RecordMapper<StartRun, W.StartRun>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.LogReply> Log(W.LogRequest request, ServerCallContext context)
    {
        await client.Experiments.LogAsync(request.RunId, ExperimentsWire.ToRecord(request.Batch), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.EndRunReply> EndRun(W.EndRunRequest request, ServerCallContext context)
    {
        var status = request.HasStatus ? WireEnum.Of<W.RunStatus, RunStatus>(request.Status, "status") : RunStatus.Finished;
        await client.Experiments.EndRunAsync(request.RunId, status, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.RunInfo> GetRun(W.GetRunRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.GetRunAsync(request.RunId, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.RunPage> Search(W.RunQuery request, ServerCallContext context) =>
        RecordMapper<RunPage, W.RunPage>.ToMessage(await client.Experiments.SearchAsync(
            RecordMapper<RunQuery, W.RunQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.MetricHistory> GetMetricHistory(W.MetricHistoryQuery request, ServerCallContext context) =>
        RecordMapper<MetricHistory, W.MetricHistory>.ToMessage(await client.Experiments.GetMetricHistoryAsync(
            RecordMapper<MetricHistoryQuery, W.MetricHistoryQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ArtifactInfo> LogArtifact(IAsyncStreamReader<W.LogArtifactPiece> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            throw new InvalidInputException("The upload has no piece: the first one names run and path.", "run_id");
        }

        var first = requestStream.Current;
        var content = new PieceReadStream<W.LogArtifactPiece>(requestStream, piece => piece.Content);
        await using (content.ConfigureAwait(false))
        {
            content.Push(first);
            return ToMessage(await client.Experiments.LogArtifactAsync(
                first.RunId, first.Path, content, context.CancellationToken).ConfigureAwait(false));
        }
    }

    public override async Task<W.ListArtifactsReply> ListArtifacts(W.ListArtifactsRequest request, ServerCallContext context)
    {
        var artifacts = await client.Experiments.ListArtifactsAsync(request.RunId, context.CancellationToken).ConfigureAwait(false);
        return new() { Artifacts = { artifacts.Select(ToMessage) } };
    }

    private static W.ExperimentInfo ToMessage(ExperimentInfo experiment) => RecordMapper<ExperimentInfo, W.ExperimentInfo>.ToMessage(experiment);

    private static W.RunInfo ToMessage(RunInfo run) => RecordMapper<RunInfo, W.RunInfo>.ToMessage(run);

    private static W.ArtifactInfo ToMessage(ArtifactInfo artifact) => RecordMapper<ArtifactInfo, W.ArtifactInfo>.ToMessage(artifact);
}
