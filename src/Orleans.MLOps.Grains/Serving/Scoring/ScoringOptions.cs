namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>How much scoring of datasets a silo does beside its answers.</summary>
/// <param name="Slots">Partitions that it scores at once; more wait. Default: half of the processors, at least 1.</param>
internal sealed record ScoringOptions(int Slots)
{
    public static ScoringOptions Default { get; } = new(Math.Max(1, Environment.ProcessorCount / 2));
}
