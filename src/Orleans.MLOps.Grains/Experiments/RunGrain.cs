using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-run")]
internal sealed class RunGrain(RunTables runs, IBlobStore blobs) : Grain, IRunGrain
{
    private const int LongestHistory = 100_000;

    private string _id = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = RunKey.Parse(this.GetPrimaryKeyString()).Id;
        return Task.CompletedTask;
    }

    public Task<RunInfo> Start(StartRun command, CancellationToken cancellationToken)
    {
        RequireOwn(command.RunId ?? _id);
        return runs.StartAsync(_id, command, cancellationToken);
    }

    public Task Log(LogBatch batch, CancellationToken cancellationToken) => runs.LogAsync(_id, batch, cancellationToken);

    public Task End(RunStatus status, CancellationToken cancellationToken) => runs.EndAsync(_id, status, cancellationToken);

    public async Task<ArtifactInfo> LogArtifact(string path, StagedBlob content, CancellationToken cancellationToken)
    {
        try
        {
            ExperimentLimits.CheckPath(path);
            await runs.EnsureActiveAsync(_id, cancellationToken);
        }
        catch (MLOpsException)
        {
            await blobs.AbandonAsync(content, CancellationToken.None);
            throw;
        }

        var blob = await blobs.CommitAsync(content, cancellationToken);
        return await runs.AddArtifactAsync(_id, path, blob, cancellationToken);
    }

    public Task<ArtifactInfo[]> ListArtifacts(CancellationToken cancellationToken) => runs.ListArtifactsAsync(_id, cancellationToken);

    public Task<MetricHistory> GetMetricHistory(MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        RequireOwn(query.RunId);
        ExperimentLimits.CheckName(query.Key, "key");
        if (query.Limit is < 1 or > LongestHistory)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LongestHistory}.", "limit");
        }

        return runs.GetHistoryAsync(_id, query, cancellationToken);
    }

    public Task<RunInfo> Get(CancellationToken cancellationToken) => runs.GetAsync(_id, cancellationToken);

    public Task<RunInfo?> GetState() => runs.FindAsync(_id, CancellationToken.None);

    private void RequireOwn(string runId)
    {
        if (runId != _id)
        {
            throw new InvalidInputException($"run_id '{runId}' is not the run '{_id}' that was called.", "run_id");
        }
    }
}
