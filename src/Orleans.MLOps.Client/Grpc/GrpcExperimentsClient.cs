using Orleans.MLOps.Client.Streams;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Experiments;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcExperimentsClient(W.Experiments.ExperimentsClient client, GrpcCalls calls) : IExperimentsClient
{
    public async Task<ExperimentInfo> CreateAsync(string name, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.CreateExperiment { Project = project, Name = name };
        return RecordMapper<ExperimentInfo, W.ExperimentInfo>.ToRecord(
            await calls.RepeatAsync(client.CreateAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default)
    {
        var reply = await calls.RepeatAsync(client.ListAsync, new W.ListExperimentsRequest { Project = project }, cancellationToken).ConfigureAwait(false);
        return [.. reply.Experiments.Select(item => RecordMapper<ExperimentInfo, W.ExperimentInfo>.ToRecord(item))];
    }

    public Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default)
    {
        var request = new W.SetLifecycleRequest { ExperimentId = experimentId, Lifecycle = (W.Lifecycle)lifecycle };
        return calls.RepeatAsync(client.SetLifecycleAsync, request, cancellationToken);
    }

    public async Task<RunInfo> StartRunAsync(StartRun command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);

        // With an id of the caller's choice a repeat finds the run instead of starting another.
        var request = RecordMapper<StartRun, W.StartRun>.ToMessage(command with { RunId = command.RunId ?? Guid.NewGuid().ToString("N") });
        return ToRecord(await calls.RepeatAsync(client.StartRunAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var request = new W.LogRequest { RunId = runId, Batch = ExperimentsWire.ToMessage(batch) };
        return calls.OnceAsync(client.LogAsync, request, cancellationToken);
    }

    public Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default)
    {
        var request = new W.EndRunRequest { RunId = runId, Status = (W.RunStatus)status };
        return calls.RepeatAsync(client.EndRunAsync, request, cancellationToken);
    }

    public async Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        ToRecord(await calls.RepeatAsync(client.GetRunAsync, new W.GetRunRequest { RunId = runId }, cancellationToken).ConfigureAwait(false));

    public async Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<RunQuery, W.RunQuery>.ToMessage(query);
        return RecordMapper<RunPage, W.RunPage>.ToRecord(
            await calls.RepeatAsync(client.SearchAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<MetricHistoryQuery, W.MetricHistoryQuery>.ToMessage(query);
        return RecordMapper<MetricHistory, W.MetricHistory>.ToRecord(
            await calls.RepeatAsync(client.GetMetricHistoryAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ArtifactInfo> LogArtifactAsync(string runId, string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var artifact = await PieceSender.UploadAsync(
            calls,
            content,
            token => client.LogArtifact(cancellationToken: token),
            bytes => new W.LogArtifactPiece { RunId = runId, Path = path, Content = bytes },
            cancellationToken).ConfigureAwait(false);
        return RecordMapper<ArtifactInfo, W.ArtifactInfo>.ToRecord(artifact);
    }

    public async Task<ArtifactInfo[]> ListArtifactsAsync(string runId, CancellationToken cancellationToken = default)
    {
        var reply = await calls.RepeatAsync(client.ListArtifactsAsync, new W.ListArtifactsRequest { RunId = runId }, cancellationToken).ConfigureAwait(false);
        return [.. reply.Artifacts.Select(item => RecordMapper<ArtifactInfo, W.ArtifactInfo>.ToRecord(item))];
    }

    private static RunInfo ToRecord(W.RunInfo run) => RecordMapper<RunInfo, W.RunInfo>.ToRecord(run);
}
