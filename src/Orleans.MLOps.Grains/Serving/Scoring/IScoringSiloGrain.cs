using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>The scoring of datasets on one silo. Key: <see cref="SiloKey"/>. No call waits for a partition.</summary>
[Alias("mlops.serving.scoring-silo-grain")]
internal interface IScoringSiloGrain : IGrainWithStringKey
{
    /// <summary>
    /// The part of an order, which the first call starts, or null while it is worked on. Ask again at once: a partition that nobody asks for, for
    /// <see cref="ScoringParts.Unwatched"/>, gives itself up.
    /// </summary>
    [AlwaysInterleave]
    [Alias("score")]
    Task<ScoringPart?> Score(ScoringPartOrder order, CancellationToken cancellationToken = default);

    /// <summary>Gives up the partitions of a job's generation. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("stop")]
    Task Stop(string job, int generation, CancellationToken cancellationToken = default);
}
