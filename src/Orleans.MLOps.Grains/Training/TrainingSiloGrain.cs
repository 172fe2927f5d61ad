using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Training;

[PlacedOnItsSilo, GrainType("mlops-training-silo")]
internal sealed class TrainingSiloGrain(TrainingParts parts) : Grain, ITrainingSiloGrain
{
    public Task<ShardOffer> Offer(ShardClaim claim, CancellationToken cancellationToken) => Task.FromResult(parts.Offer(claim));

    public Task Start(PartOrder order, CancellationToken cancellationToken)
    {
        parts.Start(order);
        return Task.CompletedTask;
    }

    public Task<PartOutcome?> Watch(string jobId, int generation, CancellationToken cancellationToken) => parts.WatchAsync(jobId, generation, cancellationToken);

    public Task Stop(string jobId, int generation, CancellationToken cancellationToken)
    {
        parts.Stop(jobId, generation);
        return Task.CompletedTask;
    }

    public Task End(string jobId, int generation, CancellationToken cancellationToken) => parts.EndAsync(jobId, generation);

    public Task<ShardOffer> GetState() => Task.FromResult(parts.Capacity);
}
