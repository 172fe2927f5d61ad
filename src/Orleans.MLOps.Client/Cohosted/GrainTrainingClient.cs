using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainTrainingClient(KnownGrains grains, TimeProvider clock, GrainCalls calls) : ITrainingClient
{
    public Task<TrainingJobInfo> StartAsync(TrainingJobSpec spec, string? jobId = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var id = jobId ?? Guid.NewGuid().ToString("N");
        return calls.RepeatAsync(() => Job(id).Start(spec, cancellationToken), cancellationToken);
    }

    public Task<TrainingJobInfo> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Job(jobId).Get(cancellationToken), cancellationToken);

    public Task<TrainingJobInfo> WaitAsync(string jobId, CancellationToken cancellationToken = default) =>
        TrainingPolling.WaitAsync(this, jobId, clock, cancellationToken);

    public Task CancelAsync(string jobId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Job(jobId).Cancel(cancellationToken), cancellationToken);

    private ITrainingJobGrain Job(string jobId) => grains.Get<ITrainingJobGrain>(new JobKey(jobId).ToString());
}
