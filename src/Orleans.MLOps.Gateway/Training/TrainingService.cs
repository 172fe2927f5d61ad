using Grpc.Core;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Training;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Training;

internal sealed class TrainingService(IMlopsClient client) : W.Training.TrainingBase
{
    public override async Task<W.TrainingJobInfo> Start(W.StartTrainingRequest request, ServerCallContext context)
    {
        var spec = RecordMapper<TrainingJobSpec, W.TrainingJobSpec>.ToRecord(request.Spec, "spec");
        return ToMessage(await client.Training.StartAsync(
            spec, request.HasJobId ? request.JobId : null, context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.TrainingJobInfo> Get(W.GetTrainingRequest request, ServerCallContext context) =>
        ToMessage(await client.Training.GetAsync(request.JobId, context.CancellationToken).ConfigureAwait(false));

    public override async Task Watch(
        W.WatchTrainingRequest request, IServerStreamWriter<W.TrainingJobInfo> responseStream, ServerCallContext context)
    {
        var backoff = Backoff.ForJobs(TimeProvider.System);
        W.TrainingJobInfo? shown = null;
        while (true)
        {
            var job = await client.Training.GetAsync(request.JobId, context.CancellationToken).ConfigureAwait(false);
            var message = ToMessage(job);
            if (!message.Equals(shown))
            {
                await responseStream.WriteAsync(message, context.CancellationToken).ConfigureAwait(false);
                shown = message;
            }

            if (TrainingPolling.HasEnded(job))
            {
                return;
            }

            await backoff.WaitAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<W.CancelTrainingReply> Cancel(W.CancelTrainingRequest request, ServerCallContext context)
    {
        await client.Training.CancelAsync(request.JobId, context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    private static W.TrainingJobInfo ToMessage(TrainingJobInfo job) => RecordMapper<TrainingJobInfo, W.TrainingJobInfo>.ToMessage(job);
}
