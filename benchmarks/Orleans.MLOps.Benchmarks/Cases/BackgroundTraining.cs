using Orleans.MLOps.Benchmarks.Node;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>A training job of two shards that runs until it is disposed.</summary>
internal sealed class BackgroundTraining : IAsyncDisposable
{
    private const int Endless = 100_000;
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);

    private readonly ITrainingClient _training;
    private readonly string _job;

    private BackgroundTraining(ITrainingClient training, string job) => (_training, _job) = (training, job);

    public static async Task<BackgroundTraining> StartAsync(BenchmarkNode node, BenchmarkModel model)
    {
        var training = node.Cohosted.Training;
        var job = await model.TrainAsync(shards: 2, epochs: Endless);
        while (job is { Status: TrainingStatus.Queued } or { Status: TrainingStatus.Running, Step: 0 })
        {
            await Task.Delay(PollEvery);
            job = await training.GetAsync(job.JobId);
        }

        return job.Status == TrainingStatus.Running
            ? new BackgroundTraining(training, job.JobId)
            : throw new FailedPreconditionException($"The background training ended as {job.Status}: {job.Reason}");
    }

    /// <summary>Samples a second that it reported last.</summary>
    public async Task<double> SamplesPerSecondAsync() => (await _training.GetAsync(_job)).SamplesPerSecond;

    public async ValueTask DisposeAsync()
    {
        await _training.CancelAsync(_job);
        await _training.WaitAsync(_job);
    }
}
