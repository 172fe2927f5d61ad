using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>A log position as messages and checkpoints carry it.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.log-place")]
internal readonly record struct LogPlace([property: Id(0)] int Segment, [property: Id(1)] long Offset)
{
    public static LogPlace Of(LogPosition position) => new(position.Segment, position.Offset);

    public LogPosition ToPosition() => new(Segment, Offset);
}
