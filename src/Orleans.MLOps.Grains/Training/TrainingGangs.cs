using System.Collections.Concurrent;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The gangs of this silo, where shard grains find theirs.</summary>
internal sealed class TrainingGangs
{
    private readonly ConcurrentDictionary<(string JobId, int Generation), TrainingGang> _gangs = new();

    public void Add(TrainingGang gang) => _gangs[(gang.JobId, gang.Generation)] = gang;

    public void Remove(TrainingGang gang) => _gangs.TryRemove((gang.JobId, gang.Generation), out _);

    /// <exception cref="FailedPreconditionException">This silo holds no such gang: the generation has ended or lives elsewhere.</exception>
    public TrainingGang Get(string jobId, int generation) => _gangs.TryGetValue((jobId, generation), out var gang)
        ? gang
        : throw new FailedPreconditionException($"This silo does not train generation {generation} of job '{jobId}'.", "generation");
}
