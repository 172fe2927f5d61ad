using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Where a point stands in the history by time of its metric. No two points of a metric share a place.</summary>
internal readonly record struct MetricPlace(long Time, long Step, bool IsNumber, double Value)
{
    /// <summary>Before every point.</summary>
    public static MetricPlace First { get; } = new(long.MinValue, long.MinValue, false, -1);

    public static MetricPlace Of(MetricPoint point) => double.IsNaN(point.Value)
        ? new(TableValue.ToMicroseconds(point.Timestamp), point.Step, false, 0)
        : new(TableValue.ToMicroseconds(point.Timestamp), point.Step, true, point.Value);
}
