using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-experiment")]
internal sealed class ExperimentGrain(ExperimentTables experiments) : Grain, IExperimentGrain
{
    private long _id;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = ExperimentKey.Parse(this.GetPrimaryKeyString()).Id;
        return Task.CompletedTask;
    }

    public Task SetLifecycle(Lifecycle lifecycle, CancellationToken cancellationToken) =>
        experiments.SetLifecycleAsync(_id, lifecycle, cancellationToken);

    public Task<ExperimentInfo?> GetState() => experiments.FindAsync(_id, CancellationToken.None);
}
