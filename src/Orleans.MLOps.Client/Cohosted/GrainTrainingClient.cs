using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainTrainingClient(IGrainFactory grains, TimeProvider clock) : ITrainingClient
{
    public Task<TrainingJobInfo> StartAsync(TrainingJobSpec spec, string? jobId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Job(jobId ?? Guid.NewGuid().ToString("N")).Start(spec, cancellationToken);
    }

    public Task<TrainingJobInfo> GetAsync(string jobId, CancellationToken cancellationToken = default) => Job(jobId).Get(cancellationToken);

    public Task<TrainingJobInfo> WaitAsync(string jobId, CancellationToken cancellationToken = default) =>
        TrainingPolling.WaitAsync(this, jobId, clock, cancellationToken);

    public Task CancelAsync(string jobId, CancellationToken cancellationToken = default) => Job(jobId).Cancel(cancellationToken);

    private ITrainingJobGrain Job(string jobId) => grains.GetGrain<ITrainingJobGrain>(new JobKey(jobId).ToString());
}
