namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>One label as the label log keeps it: whose it is, what it says, and the prediction it answers.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.label-row")]
internal readonly record struct LabelRow
{
    [Id(0)]
    public required uint Recorder { get; init; }

    [Id(1)]
    public required long Sequence { get; init; }

    [Id(2)]
    public required int Row { get; init; }

    [Id(3)]
    public required LabelKind Kind { get; init; }

    /// <summary>0 or 1.</summary>
    [Id(4)]
    public required byte Value { get; init; }

    /// <summary>When the answer became known, UTC microseconds.</summary>
    [Id(5)]
    public required long ObservedAt { get; init; }

    /// <summary>The model version that predicted; 0 for a parked label.</summary>
    [Id(6)]
    public required int Version { get; init; }

    /// <summary>When the prediction was asked, UTC microseconds.</summary>
    [Id(7)]
    public required long EventTime { get; init; }

    [Id(8)]
    public required float Probability { get; init; }
}
