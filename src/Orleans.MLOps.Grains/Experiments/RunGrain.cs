using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-run")]
internal sealed class RunGrain(RunTables runs, RunLogging logging, RunInputs inputs, MetricTables metrics, Removal removal) : Grain, IRunGrain
{
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

    public Task Log(LogBatch batch, CancellationToken cancellationToken) => logging.LogAsync(_id, batch, cancellationToken);

    public Task LogInputs(LogInputs used, CancellationToken cancellationToken) => inputs.LogAsync(_id, used, cancellationToken);

    public Task<RunInfo> Update(UpdateRun command, CancellationToken cancellationToken) => runs.UpdateAsync(_id, command, cancellationToken);

    public Task End(RunStatus status, CancellationToken cancellationToken) => runs.EndAsync(_id, status, cancellationToken);

    public Task Heartbeat(TimeSpan within, CancellationToken cancellationToken) => runs.HeartbeatAsync(_id, within, cancellationToken);

    public Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken) => runs.SetLifecycleAsync(_id, lifecycle, cancellationToken);

    public Task Purge(CancellationToken cancellationToken) => removal.PurgeRunAsync(_id, cancellationToken);

    public Task<MetricHistory> GetMetricHistory(MetricHistoryQuery query, CancellationToken cancellationToken)
    {
        RequireOwn(query.RunId);
        return metrics.GetHistoryAsync(query, cancellationToken);
    }

    public Task<MetricSamples> GetMetricSamples(MetricSamplesQuery query, CancellationToken cancellationToken)
    {
        RequireOwn(query.RunId);
        return metrics.GetSamplesAsync(query, cancellationToken);
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
