using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving.Scoring;

[PlacedOnItsSilo, GrainType("mlops-scoring-silo")]
internal sealed class ScoringSiloGrain(ScoringParts parts) : Grain, IScoringSiloGrain
{
    public Task<ScoringPart?> Score(ScoringPartOrder order, CancellationToken cancellationToken) => parts.ScoreAsync(order);

    public Task Stop(string job, int generation, CancellationToken cancellationToken)
    {
        parts.Stop(job, generation);
        return Task.CompletedTask;
    }
}
