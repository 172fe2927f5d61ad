using Orleans.MLOps.Grains.Serving;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>Where the predictions of a named request stand.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.recorded-operation")]
internal sealed class RecordedOperation
{
    [Id(0)]
    public required uint Recorder { get; init; }

    /// <summary>The batch's place in the recorder's log.</summary>
    [Id(1)]
    public required LogPlace Place { get; init; }

    [Id(2)]
    public required PredictionOperation Rows { get; init; }
}
