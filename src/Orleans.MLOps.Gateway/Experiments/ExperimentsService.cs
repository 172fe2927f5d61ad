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
            RecordMapper<CreateExperiment, W.CreateExperiment>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ExperimentInfo> Get(W.GetExperimentRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.GetAsync(request.ExperimentId, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ExperimentInfo> Find(W.FindExperimentRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.FindAsync(
            request.Name, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ExperimentInfo> Update(W.UpdateExperiment request, ServerCallContext context) =>
        ToMessage(await client.Experiments.UpdateAsync(
            RecordMapper<UpdateExperiment, W.UpdateExperiment>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ExperimentPage> SearchExperiments(W.ExperimentQuery request, ServerCallContext context) =>
        RecordMapper<ExperimentPage, W.ExperimentPage>.ToMessage(await client.Experiments.SearchExperimentsAsync(
            RecordMapper<ExperimentQuery, W.ExperimentQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.PurgeExperimentReply> Purge(W.PurgeExperimentRequest request, ServerCallContext context)
    {
        await client.Experiments.PurgeAsync(request.ExperimentId, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

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

    public override async Task<W.LogInputsReply> LogInputs(W.LogInputsRequest request, ServerCallContext context)
    {
        var inputs = RecordMapper<LogInputs, W.LogInputs>.ToRecord(request.Inputs, "inputs");
        await client.Experiments.LogInputsAsync(request.RunId, inputs, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.RunInfo> UpdateRun(W.UpdateRunRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.UpdateRunAsync(
            request.RunId, RecordMapper<UpdateRun, W.UpdateRun>.ToRecord(request.Command, "command"), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.HeartbeatReply> Heartbeat(W.HeartbeatRequest request, ServerCallContext context)
    {
        var within = request.Within is { } given
            ? WireTime.ToSpan(given, "within")
            : throw new InvalidInputException("HeartbeatRequest.within is absent: it is required.", "within");
        await client.Experiments.HeartbeatAsync(request.RunId, within, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.SetRunLifecycleReply> SetRunLifecycle(W.SetRunLifecycleRequest request, ServerCallContext context)
    {
        var lifecycle = WireEnum.Of<W.Lifecycle, Lifecycle>(request.Lifecycle, "lifecycle");
        await client.Experiments.SetRunLifecycleAsync(request.RunId, lifecycle, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.PurgeRunReply> PurgeRun(W.PurgeRunRequest request, ServerCallContext context)
    {
        await client.Experiments.PurgeRunAsync(request.RunId, context.CancellationToken).ConfigureAwait(false);
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

    public override async Task<W.CountReply> Count(W.RunQuery request, ServerCallContext context) => new()
    {
        Count = await client.Experiments.CountAsync(
            RecordMapper<RunQuery, W.RunQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false),
    };

    public override async Task<W.MetricSamples> GetMetricSamples(W.MetricSamplesQuery request, ServerCallContext context) =>
        RecordMapper<MetricSamples, W.MetricSamples>.ToMessage(await client.Experiments.GetMetricSamplesAsync(
            RecordMapper<MetricSamplesQuery, W.MetricSamplesQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ArtifactInfo> LogArtifact(IAsyncStreamReader<W.LogArtifactPiece> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken).ConfigureAwait(false))
        {
            throw new InvalidInputException("The upload has no piece: the first one names owner and path.", "owner");
        }

        var first = requestStream.Current;
        var content = new PieceReadStream<W.LogArtifactPiece>(requestStream, piece => piece.Content);
        await using (content.ConfigureAwait(false))
        {
            content.Push(first);
            return ToMessage(await client.Experiments.LogArtifactAsync(
                first.Owner, first.Path, content, context.CancellationToken).ConfigureAwait(false));
        }
    }

    public override async Task<W.ListArtifactsReply> ListArtifacts(W.ListArtifactsRequest request, ServerCallContext context)
    {
        var artifacts = await client.Experiments.ListArtifactsAsync(request.Owner, context.CancellationToken).ConfigureAwait(false);
        return new() { Artifacts = { artifacts.Select(ToMessage) } };
    }

    public override async Task<W.ArtifactPage> ListArtifactPage(W.ArtifactQuery request, ServerCallContext context) =>
        RecordMapper<ArtifactPage, W.ArtifactPage>.ToMessage(await client.Experiments.ListArtifactPageAsync(
            RecordMapper<ArtifactQuery, W.ArtifactQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ArtifactInfo> FindArtifact(W.FindArtifactRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.FindArtifactAsync(request.Owner, request.Path, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ArtifactFolder> ListArtifactFolder(W.ListArtifactFolderRequest request, ServerCallContext context) =>
        RecordMapper<ArtifactFolder, W.ArtifactFolder>.ToMessage(await client.Experiments.ListArtifactFolderAsync(
            request.Owner, request.Folder, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.DeleteArtifactsReply> DeleteArtifacts(W.DeleteArtifactsRequest request, ServerCallContext context) => new()
    {
        Count = await client.Experiments.DeleteArtifactsAsync(request.Owner, request.Path, context.CancellationToken).ConfigureAwait(false),
    };

    public override async Task<W.LoggedModelInfo> CreateLoggedModel(W.CreateLoggedModel request, ServerCallContext context) =>
        ToMessage(await client.Experiments.CreateLoggedModelAsync(
            RecordMapper<CreateLoggedModel, W.CreateLoggedModel>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.LoggedModelInfo> UpdateLoggedModel(W.UpdateLoggedModelRequest request, ServerCallContext context)
    {
        var command = RecordMapper<UpdateLoggedModel, W.UpdateLoggedModel>.ToRecord(request.Command, "command");
        return ToMessage(await client.Experiments.UpdateLoggedModelAsync(request.ModelId, command, context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.LoggedModelInfo> GetLoggedModel(W.GetLoggedModelRequest request, ServerCallContext context) =>
        ToMessage(await client.Experiments.GetLoggedModelAsync(request.ModelId, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.LoggedModelPage> SearchLoggedModels(W.LoggedModelQuery request, ServerCallContext context) =>
        RecordMapper<LoggedModelPage, W.LoggedModelPage>.ToMessage(await client.Experiments.SearchLoggedModelsAsync(
            RecordMapper<LoggedModelQuery, W.LoggedModelQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.SearchDatasetsReply> SearchDatasets(W.UsedDatasetsQuery request, ServerCallContext context)
    {
        var datasets = await client.Experiments.SearchDatasetsAsync(
            RecordMapper<UsedDatasetsQuery, W.UsedDatasetsQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false);
        return new() { Datasets = { datasets.Select(RecordMapper<UsedDataset, W.UsedDataset>.ToMessage) } };
    }

    private static W.LoggedModelInfo ToMessage(LoggedModelInfo model) => RecordMapper<LoggedModelInfo, W.LoggedModelInfo>.ToMessage(model);

    private static W.ExperimentInfo ToMessage(ExperimentInfo experiment) => RecordMapper<ExperimentInfo, W.ExperimentInfo>.ToMessage(experiment);

    private static W.RunInfo ToMessage(RunInfo run) => RecordMapper<RunInfo, W.RunInfo>.ToMessage(run);

    private static W.ArtifactInfo ToMessage(ArtifactInfo artifact) => RecordMapper<ArtifactInfo, W.ArtifactInfo>.ToMessage(artifact);
}
