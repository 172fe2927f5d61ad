using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Durability.Tests.Driving;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>Trains the same network again and again. Every job that was started ends, with the weights of the undisturbed one and one model version.</summary>
internal sealed class TrainingWorkload : IWorkload
{
    private const string Model = "histories-trained";
    private const int Epochs = 10;

    private readonly Dictionary<string, TrainingJobInfo?> _final = [];
    private TrainingJobSpec? _spec;
    private TrainingJobInfo? _undisturbed;
    private string? _job;
    private bool _isStarted;
    private int _versions;

    public string Name => "training";

    public int Clients => 1;

    public async Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken)
    {
        _spec = SampleData.Job(await preparation.FrameAsync(), Model, Epochs, seed: 3);
        _undisturbed = await SampleData.TrainAsync(preparation.Client, _spec, cancellationToken);
    }

    public Call Next(Random random, int client)
    {
        if (_job is null)
        {
            var bytes = new byte[16];
            random.NextBytes(bytes);
            _job = Convert.ToHexStringLower(bytes);
        }

        var job = _job;
        return _isStarted
            ? new("get", job, async (platform, cancel) => await platform.Training.GetAsync(job, cancel))
            : new("start", job, async (platform, cancel) => await platform.Training.StartAsync(_spec!, job, cancel));
    }

    public void Completed(Operation operation, int client)
    {
        _isStarted |= operation is { Kind: "start", Type: OperationType.Ok };
        if (operation.Output is TrainingJobInfo { EndedAt: not null })
        {
            (_job, _isStarted) = (null, false);
        }

        _final[(string)operation.Input] = null;
    }

    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var job in _final.Keys.ToArray())
        {
            try
            {
                _final[job] = await client.Training.WaitAsync(job, cancellationToken);
            }
            catch (NotFoundException)
            {
                _final.Remove(job);
            }
        }

        _versions = (await client.Models.GetAsync(Model, cancellationToken: cancellationToken)).LatestVersion;
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history)
        {
            if (operation.Type == OperationType.Fail)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused without a reason: {operation}");
            }
            else if (operation is { Kind: "start", Type: OperationType.Ok } && !_final.ContainsKey((string)operation.Input))
            {
                yield return new(ViolationKind.Lost, Name, $"{operation}");
            }
        }

        foreach (var (id, job) in _final)
        {
            if (job is null || job.Status != TrainingStatus.Completed || job.WeightsDigest != _undisturbed!.WeightsDigest)
            {
                yield return new(ViolationKind.Wrong, Name, $"job {id} ended as {job?.Status} ({job?.Reason}) with weights {job?.WeightsDigest}; undisturbed ones are {_undisturbed!.WeightsDigest}");
            }
        }

        foreach (var version in _final.Values.GroupBy(job => job?.ModelVersion).Where(group => group.Skip(1).Any()))
        {
            yield return new(ViolationKind.Wrong, Name, $"{version.Count()} jobs have the model version {version.Key}");
        }

        if (_versions != _final.Count + 1)
        {
            yield return new(_versions > _final.Count + 1 ? ViolationKind.Doubled : ViolationKind.Lost, Name, $"{_final.Count} jobs and the undisturbed one have made {_versions} model versions");
        }
    }
}
