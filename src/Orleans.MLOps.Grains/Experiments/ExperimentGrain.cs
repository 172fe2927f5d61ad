using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-experiment")]
internal sealed class ExperimentGrain(ExperimentTables experiments, Removal removal) : Grain, IExperimentGrain
{
    private long _id;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = ExperimentKey.Parse(this.GetPrimaryKeyString()).Id;
        return Task.CompletedTask;
    }

    public Task<ExperimentInfo> Update(UpdateExperiment command, CancellationToken cancellationToken) => command.ExperimentId == _id
        ? experiments.UpdateAsync(command, cancellationToken)
        : throw new InvalidInputException($"experiment_id {command.ExperimentId} is not experiment {_id} that was called.", "experiment_id");

    public Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken) =>
        experiments.SetLifecycleAsync(_id, lifecycle, cancellationToken);

    public Task Purge(CancellationToken cancellationToken) => removal.PurgeExperimentAsync(_id, cancellationToken);

    public Task<ExperimentInfo> Get(CancellationToken cancellationToken) => experiments.GetAsync(_id, cancellationToken);

    public Task<ExperimentInfo?> GetState() => experiments.FindAsync(_id, CancellationToken.None);
}
