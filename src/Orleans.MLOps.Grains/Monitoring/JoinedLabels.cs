using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What became of a batch of labels, for the caller and for the windows.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.joined-labels")]
internal sealed class JoinedLabels
{
    [Id(0)]
    public required LabelReply Reply { get; init; }

    /// <summary>Window key of each first answer, in order; empty without windows.</summary>
    [Id(1)]
    public required string[] WindowKeys { get; init; }

    [Id(2)]
    public required double[] WindowValues { get; init; }

    /// <summary>When each became known, UTC microseconds.</summary>
    [Id(3)]
    public required long[] WindowTimes { get; init; }

    /// <summary>Number of the durable frame; 0 when nothing had to be kept.</summary>
    [Id(4)]
    public required long Number { get; init; }
}
