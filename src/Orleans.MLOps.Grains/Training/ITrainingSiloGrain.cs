using Orleans.Concurrency;

namespace Orleans.MLOps.Grains.Training;

/// <summary>The training of one silo, on that silo. Key: <see cref="SiloKey"/>. No call waits for training.</summary>
[Alias("mlops.training.training-silo-grain")]
internal interface ITrainingSiloGrain : IGrainWithStringKey
{
    /// <summary>What the silo has for a claim. With threads, takes them all or none; taking them again for the same generation changes nothing.</summary>
    [AlwaysInterleave]
    [Alias("offer")]
    Task<ShardOffer> Offer(ShardClaim claim, CancellationToken cancellationToken = default);

    /// <summary>Starts a part on the threads that were taken for it, and returns. Idempotent; refused with <see cref="FailedPreconditionException"/> without them.</summary>
    [AlwaysInterleave]
    [Alias("start")]
    Task Start(PartOrder order, CancellationToken cancellationToken = default);

    /// <summary>
    /// The end of a part, or null when it goes on for a while. Ask again at once: a part that nobody asks for, for
    /// <see cref="TrainingParts.Unwatched"/>, gives itself up.
    /// </summary>
    [AlwaysInterleave]
    [Alias("watch")]
    Task<PartOutcome?> Watch(string jobId, int generation, CancellationToken cancellationToken = default);

    /// <summary>Tells a part to end; how it ended can still be asked for. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("stop")]
    Task Stop(string jobId, int generation, CancellationToken cancellationToken = default);

    /// <summary>Ends a part, frees its threads, for which it waits a moment, and forgets it. Idempotent.</summary>
    [AlwaysInterleave]
    [Alias("end")]
    Task End(string jobId, int generation, CancellationToken cancellationToken = default);

    /// <summary>The silo's capacity; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<ShardOffer> GetState();
}
