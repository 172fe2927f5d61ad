using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Features;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>Trains the same network again and again; every job must end with the weights of the undisturbed one.</summary>
internal sealed class TrainingDriver(int seed) : Driver("training", seed)
{
    private const string Model = "trained";
    private const int Epochs = 60;

    private readonly List<string> _ended = [];
    private TrainingJobSpec _spec = null!;
    private string _digest = "";
    private (long Step, double Value)[] _losses = [];
    private string? _job;
    private bool _isStarted;
    private long _checkpoint;

    public int Resumed { get; private set; }

    public override string Summary => $"{_ended.Count} jobs, resumed {Resumed} times";

    public async Task PrepareAsync(IMlopsClient client, FeatureFrame frame)
    {
        _spec = SampleData.Job(frame, Model, Epochs, seed: 3);
        var undisturbed = await SampleData.TrainAsync(client, _spec, Cancel);
        _digest = undisturbed.WeightsDigest!;
        _losses = await LossesAsync(client, undisturbed.JobId);
        _ended.Add(undisturbed.JobId);
    }

    public override async Task VerifyAsync(IMlopsClient client)
    {
        if (_job is { } job)
        {
            if (_isStarted)
            {
                await client.Training.GetAsync(job, Cancel);
            }
            else
            {
                await client.Training.StartAsync(_spec, job, Cancel);
                _isStarted = true;
            }
        }

        foreach (var ended in _ended)
        {
            await CompareAsync(client, await client.Training.GetAsync(ended, Cancel));
        }

        var versions = (await client.Models.GetAsync(Model, cancellationToken: Cancel)).LatestVersion;
        Assert.InRange(versions, _ended.Count, _ended.Count + (_job is null ? 0 : 1));
    }

    /// <summary>Lets the job that was interrupted last go on to its end, and checks it.</summary>
    public async Task FinishAsync(IMlopsClient client)
    {
        if (_job is { } job)
        {
            await EndAsync(client, await Patience.UntilAsync(
                $"the end of training job {job}", () => client.Training.GetAsync(job, Cancel), info => info.EndedAt is not null, Cancel));
        }

        Assert.Equal(_ended.Count, (await client.Models.GetAsync(Model, cancellationToken: Cancel)).LatestVersion);
    }

    protected override async Task BeginLifeAsync(IMlopsClient client) =>
        _checkpoint = _job is { } job ? (await client.Training.GetAsync(job, Cancel)).CheckpointStep : 0;

    protected override async Task StepAsync(IMlopsClient client)
    {
        if (_job is null)
        {
            (_job, _isStarted, _checkpoint) = (NextId(), false, 0);
            await client.Training.StartAsync(_spec, _job, Cancel);
            _isStarted = true;
        }

        var job = await Patience.UntilAsync(
            $"progress of training job {_job}",
            () => client.Training.GetAsync(_job, Cancel),
            info => info.EndedAt is not null || info.CheckpointStep > _checkpoint,
            Cancel);
        if (job.EndedAt is null)
        {
            _checkpoint = job.CheckpointStep;
            Begin();
        }
        else
        {
            await EndAsync(client, job);
            Acknowledge();
        }
    }

    private async Task EndAsync(IMlopsClient client, TrainingJobInfo job)
    {
        await CompareAsync(client, job);
        Resumed += job.ResumedCount;
        _ended.Add(job.JobId);
        _job = null;
    }

    private async Task CompareAsync(IMlopsClient client, TrainingJobInfo job)
    {
        Assert.True(job.Status == TrainingStatus.Completed, $"Job {job.JobId} ended as {job.Status}: {job.Reason}");
        Assert.Equal(_digest, job.WeightsDigest);
        Assert.Equal(_digest, (await client.Models.GetVersionAsync(Model, job.ModelVersion!.Value, cancellationToken: Cancel)).Digest);
        Assert.Equal(_losses, await LossesAsync(client, job.JobId));
        var holdout = await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = job.JobId, Key = "holdout_log_loss" }, Cancel);
        Assert.Single(holdout.Points);
    }

    private static async Task<(long Step, double Value)[]> LossesAsync(IMlopsClient client, string job) =>
        [.. (await client.Experiments.GetMetricHistoryAsync(new MetricHistoryQuery { RunId = job, Key = "train_loss" }, Cancel)).Points.Select(point => (point.Step, point.Value))];
}
