using Google.Protobuf.WellKnownTypes;
using Orleans.MLOps.Client.Streams;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcExperimentsClient(W.Experiments.ExperimentsClient client, IDatasetsClient datasets, GrpcCalls calls) : IExperimentsClient
{
    private const int PageOfFiles = 10_000;
    private const int LongestList = 1000;

    public async Task<ExperimentInfo> CreateAsync(CreateExperiment command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var request = RecordMapper<CreateExperiment, W.CreateExperiment>.ToMessage(command);
        return ToRecord(await (command.MustBeNew
            ? calls.OnceAsync(client.CreateAsync, request, cancellationToken)
            : calls.RepeatAsync(client.CreateAsync, request, cancellationToken)).ConfigureAwait(false));
    }

    public async Task<ExperimentInfo> GetAsync(long experimentId, CancellationToken cancellationToken = default) => ToRecord(await calls.RepeatAsync(
        client.GetAsync, new W.GetExperimentRequest { ExperimentId = experimentId }, cancellationToken).ConfigureAwait(false));

    public async Task<ExperimentInfo> FindAsync(string name, string project = "default", CancellationToken cancellationToken = default) => ToRecord(await calls.RepeatAsync(
        client.FindAsync, new W.FindExperimentRequest { Name = name, Project = project }, cancellationToken).ConfigureAwait(false));

    public async Task<ExperimentInfo> UpdateAsync(UpdateExperiment command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var request = RecordMapper<UpdateExperiment, W.UpdateExperiment>.ToMessage(command);

        // A repeat would not find the tags that a call without an answer has removed.
        return ToRecord(await (command.DeleteTags.Length > 0
            ? calls.OnceAsync(client.UpdateAsync, request, cancellationToken)
            : calls.RepeatAsync(client.UpdateAsync, request, cancellationToken)).ConfigureAwait(false));
    }

    public async Task<ExperimentInfo[]> ListAsync(string project = "default", CancellationToken cancellationToken = default)
    {
        // What lists them in one call answers in one message, which long tags may exceed.
        var found = new List<ExperimentInfo>();
        var query = new ExperimentQuery { Project = project, Limit = LongestList };
        do
        {
            var page = await SearchExperimentsAsync(query with { Limit = LongestList - found.Count }, cancellationToken).ConfigureAwait(false);
            found.AddRange(page.Experiments);
            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken is not null && found.Count < LongestList);

        return [.. found];
    }

    public async Task<ExperimentPage> SearchExperimentsAsync(ExperimentQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<ExperimentQuery, W.ExperimentQuery>.ToMessage(query);
        return RecordMapper<ExperimentPage, W.ExperimentPage>.ToRecord(
            await calls.RepeatAsync(client.SearchExperimentsAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task SetLifecycleAsync(long experimentId, Lifecycle lifecycle, CancellationToken cancellationToken = default)
    {
        var request = new W.SetLifecycleRequest { ExperimentId = experimentId, Lifecycle = (W.Lifecycle)lifecycle };
        return calls.RepeatAsync(client.SetLifecycleAsync, request, cancellationToken);
    }

    public Task PurgeAsync(long experimentId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.PurgeAsync, new W.PurgeExperimentRequest { ExperimentId = experimentId }, cancellationToken);

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
        var named = batch with { OperationId = batch.OperationId ?? Guid.NewGuid().ToString("N") };
        return calls.RepeatAsync(client.LogAsync, new W.LogRequest { RunId = runId, Batch = ExperimentsWire.ToMessage(named) }, cancellationToken);
    }

    public Task LogInputsAsync(string runId, LogInputs inputs, CancellationToken cancellationToken = default)
    {
        var request = new W.LogInputsRequest { RunId = runId, Inputs = RecordMapper<LogInputs, W.LogInputs>.ToMessage(inputs) };
        return calls.RepeatAsync(client.LogInputsAsync, request, cancellationToken);
    }

    public async Task<RunInfo> UpdateRunAsync(string runId, UpdateRun command, CancellationToken cancellationToken = default)
    {
        var request = new W.UpdateRunRequest { RunId = runId, Command = RecordMapper<UpdateRun, W.UpdateRun>.ToMessage(command) };
        return ToRecord(await calls.OnceAsync(client.UpdateRunAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task EndRunAsync(string runId, RunStatus status = RunStatus.Finished, CancellationToken cancellationToken = default)
    {
        var request = new W.EndRunRequest { RunId = runId, Status = (W.RunStatus)status };
        return calls.RepeatAsync(client.EndRunAsync, request, cancellationToken);
    }

    public Task HeartbeatAsync(string runId, TimeSpan within, CancellationToken cancellationToken = default) => calls.RepeatAsync(
        client.HeartbeatAsync, new W.HeartbeatRequest { RunId = runId, Within = Duration.FromTimeSpan(within) }, cancellationToken);

    public Task SetRunLifecycleAsync(string runId, Lifecycle lifecycle, CancellationToken cancellationToken = default) => calls.RepeatAsync(
        client.SetRunLifecycleAsync, new W.SetRunLifecycleRequest { RunId = runId, Lifecycle = (W.Lifecycle)lifecycle }, cancellationToken);

    public Task PurgeRunAsync(string runId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.PurgeRunAsync, new W.PurgeRunRequest { RunId = runId }, cancellationToken);

    public async Task<RunInfo> GetRunAsync(string runId, CancellationToken cancellationToken = default) =>
        ToRecord(await calls.RepeatAsync(client.GetRunAsync, new W.GetRunRequest { RunId = runId }, cancellationToken).ConfigureAwait(false));

    public async Task<RunPage> SearchAsync(RunQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<RunQuery, W.RunQuery>.ToMessage(query);
        return RecordMapper<RunPage, W.RunPage>.ToRecord(
            await calls.RepeatAsync(client.SearchAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<long> CountAsync(RunQuery query, CancellationToken cancellationToken = default) => (await calls.RepeatAsync(
        client.CountAsync, RecordMapper<RunQuery, W.RunQuery>.ToMessage(query), cancellationToken).ConfigureAwait(false)).Count;

    public async Task<MetricHistory> GetMetricHistoryAsync(MetricHistoryQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<MetricHistoryQuery, W.MetricHistoryQuery>.ToMessage(query);
        return RecordMapper<MetricHistory, W.MetricHistory>.ToRecord(
            await calls.RepeatAsync(client.GetMetricHistoryAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<MetricSamples> GetMetricSamplesAsync(MetricSamplesQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<MetricSamplesQuery, W.MetricSamplesQuery>.ToMessage(query);
        return RecordMapper<MetricSamples, W.MetricSamples>.ToRecord(
            await calls.RepeatAsync(client.GetMetricSamplesAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ArtifactInfo> LogArtifactAsync(string owner, string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        return ToRecord(await PieceSender.UploadAsync(
            calls,
            content,
            token => client.LogArtifact(cancellationToken: token),
            bytes => new W.LogArtifactPiece { Owner = owner, Path = path, Content = bytes },
            cancellationToken).ConfigureAwait(false));
    }

    public async Task DownloadArtifactAsync(string owner, string path, Stream target, CancellationToken cancellationToken = default)
    {
        var file = await FindArtifactAsync(owner, path, cancellationToken).ConfigureAwait(false);
        await datasets.DownloadAsync(file.Digest, target, cancellationToken).ConfigureAwait(false);
    }

    public async Task<ArtifactInfo> FindArtifactAsync(string owner, string path, CancellationToken cancellationToken = default) => ToRecord(await calls.RepeatAsync(
        client.FindArtifactAsync, new W.FindArtifactRequest { Owner = owner, Path = path }, cancellationToken).ConfigureAwait(false));

    public async Task<ArtifactPage> ListArtifactPageAsync(ArtifactQuery query, CancellationToken cancellationToken = default) =>
        RecordMapper<ArtifactPage, W.ArtifactPage>.ToRecord(await calls.RepeatAsync(
            client.ListArtifactPageAsync, RecordMapper<ArtifactQuery, W.ArtifactQuery>.ToMessage(query), cancellationToken).ConfigureAwait(false));

    public async Task<ArtifactInfo[]> ListArtifactsAsync(string owner, CancellationToken cancellationToken = default)
    {
        var folder = await AllAsync(new() { Owner = owner, Recursive = true, Limit = PageOfFiles }, cancellationToken).ConfigureAwait(false);
        return folder.Files;
    }

    public Task<ArtifactFolder> ListArtifactFolderAsync(string owner, string folder, CancellationToken cancellationToken = default) =>
        AllAsync(new() { Owner = owner, Folder = folder, Limit = PageOfFiles }, cancellationToken);

    public async Task<int> DeleteArtifactsAsync(string owner, string path, CancellationToken cancellationToken = default) => (await calls.RepeatAsync(
        client.DeleteArtifactsAsync, new W.DeleteArtifactsRequest { Owner = owner, Path = path }, cancellationToken).ConfigureAwait(false)).Count;

    public async Task<LoggedModelInfo> CreateLoggedModelAsync(CreateLoggedModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var request = RecordMapper<CreateLoggedModel, W.CreateLoggedModel>.ToMessage(command with { ModelId = command.ModelId ?? $"m-{Guid.NewGuid():N}" });
        return ToRecord(await calls.RepeatAsync(client.CreateLoggedModelAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<LoggedModelInfo> UpdateLoggedModelAsync(string modelId, UpdateLoggedModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var request = new W.UpdateLoggedModelRequest { ModelId = modelId, Command = RecordMapper<UpdateLoggedModel, W.UpdateLoggedModel>.ToMessage(command) };
        return ToRecord(await (command.DeleteTags.Length > 0
            ? calls.OnceAsync(client.UpdateLoggedModelAsync, request, cancellationToken)
            : calls.RepeatAsync(client.UpdateLoggedModelAsync, request, cancellationToken)).ConfigureAwait(false));
    }

    public async Task<LoggedModelInfo> GetLoggedModelAsync(string modelId, CancellationToken cancellationToken = default) => ToRecord(await calls.RepeatAsync(
        client.GetLoggedModelAsync, new W.GetLoggedModelRequest { ModelId = modelId }, cancellationToken).ConfigureAwait(false));

    public async Task<LoggedModelPage> SearchLoggedModelsAsync(LoggedModelQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<LoggedModelQuery, W.LoggedModelQuery>.ToMessage(query);
        return RecordMapper<LoggedModelPage, W.LoggedModelPage>.ToRecord(
            await calls.RepeatAsync(client.SearchLoggedModelsAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<UsedDataset[]> SearchDatasetsAsync(UsedDatasetsQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<UsedDatasetsQuery, W.UsedDatasetsQuery>.ToMessage(query);
        var reply = await calls.RepeatAsync(client.SearchDatasetsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. reply.Datasets.Select(dataset => RecordMapper<UsedDataset, W.UsedDataset>.ToRecord(dataset))];
    }

    // All at once might be more than a message holds.
    private async Task<ArtifactFolder> AllAsync(ArtifactQuery query, CancellationToken cancellationToken)
    {
        var (files, folders) = (new List<ArtifactInfo>(), new List<string>());
        do
        {
            var page = await ListArtifactPageAsync(query, cancellationToken).ConfigureAwait(false);
            files.AddRange(page.Files);
            folders.AddRange(page.Folders);
            query = query with { PageToken = page.NextPageToken };
        }
        while (query.PageToken is not null);

        return new() { Files = [.. files], Folders = [.. folders] };
    }

    private static ExperimentInfo ToRecord(W.ExperimentInfo experiment) => RecordMapper<ExperimentInfo, W.ExperimentInfo>.ToRecord(experiment);

    private static RunInfo ToRecord(W.RunInfo run) => RecordMapper<RunInfo, W.RunInfo>.ToRecord(run);

    private static ArtifactInfo ToRecord(W.ArtifactInfo file) => RecordMapper<ArtifactInfo, W.ArtifactInfo>.ToRecord(file);

    private static LoggedModelInfo ToRecord(W.LoggedModelInfo model) => RecordMapper<LoggedModelInfo, W.LoggedModelInfo>.ToRecord(model);
}
