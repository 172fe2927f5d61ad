using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Training;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcTrainingClient(W.Training.TrainingClient client, GrpcCalls calls) : ITrainingClient
{
    public async Task<TrainingJobInfo> StartAsync(TrainingJobSpec spec, string? jobId = null, CancellationToken cancellationToken = default)
    {
        // With an id of the caller's choice a repeat finds the job instead of starting another.
        var request = new W.StartTrainingRequest
        {
            Spec = RecordMapper<TrainingJobSpec, W.TrainingJobSpec>.ToMessage(spec),
            JobId = jobId ?? Guid.NewGuid().ToString("N"),
        };
        return ToRecord(await calls.RepeatAsync(client.StartAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<TrainingJobInfo> GetAsync(string jobId, CancellationToken cancellationToken = default) =>
        ToRecord(await calls.RepeatAsync(client.GetAsync, new W.GetTrainingRequest { JobId = jobId }, cancellationToken).ConfigureAwait(false));

    public Task<TrainingJobInfo> WaitAsync(string jobId, CancellationToken cancellationToken = default) =>
        TrainingPolling.WaitAsync(this, jobId, TimeProvider.System, cancellationToken);

    public Task CancelAsync(string jobId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.CancelAsync, new W.CancelTrainingRequest { JobId = jobId }, cancellationToken);

    private static TrainingJobInfo ToRecord(W.TrainingJobInfo job) => RecordMapper<TrainingJobInfo, W.TrainingJobInfo>.ToRecord(job);
}
