using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What a label needs to know of the predictions of one sealed batch.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.pending-predictions")]
internal sealed class PendingPredictions
{
    [Id(0)]
    public required uint Recorder { get; init; }

    [Id(1)]
    public required long Sequence { get; init; }

    /// <summary>When each prediction was asked, UTC microseconds.</summary>
    [Id(2)]
    public required long[] EventTimes { get; init; }

    [Id(3)]
    public required int[] Versions { get; init; }

    [Id(4)]
    public required float[] Probabilities { get; init; }

    [Id(5)]
    public required string[]? WindowKeys { get; init; }

    /// <summary>The named requests among those that asked.</summary>
    [Id(6)]
    public required PredictionOperation[] Operations { get; init; }

    /// <summary>Where the batch stands in its recorder's log.</summary>
    [Id(7)]
    public required LogPlace Place { get; init; }

    public static PendingPredictions Of(SealedBatch batch, LogPlace place) => new()
    {
        Recorder = batch.Recorder,
        Sequence = batch.Sequence,
        EventTimes = batch.EventTimes,
        Versions = batch.Versions,
        Probabilities = batch.Probabilities,
        WindowKeys = batch.WindowKeys,
        Operations = batch.Operations,
        Place = place,
    };
}
