using Orleans.MLOps.Monitoring;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What became of a batch of labels, for the caller, for the windows and for the monitors.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.joined-labels")]
internal sealed class JoinedLabels
{
    [Id(0)]
    public required LabelReply Reply { get; init; }

    /// <summary>The durable frame; null when nothing had to be kept.</summary>
    [Id(1)]
    public required LabelFrame? Frame { get; init; }

    /// <summary>Window key of each first answer, in order; empty without windows.</summary>
    [Id(2)]
    public required string[] WindowKeys { get; init; }

    [Id(3)]
    public required double[] WindowValues { get; init; }

    /// <summary>When each became known, UTC microseconds.</summary>
    [Id(4)]
    public required long[] WindowTimes { get; init; }
}
