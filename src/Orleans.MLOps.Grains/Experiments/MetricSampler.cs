using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>
/// Thins a metric to a number of points: equal buckets of steps, of each the first, lowest, highest and last point, so that no extreme and
/// no gap is drawn away (the min-max decimation of plotting libraries; M4 of Jugel et al., VLDB 2014, keeps the same four). NaN is kept as a
/// bucket's first or last point only. Memory is that of the buckets.
/// </summary>
internal sealed class MetricSampler
{
    private const int PointsPerBucket = 4;

    private readonly Bucket[] _buckets;
    private readonly List<MetricPoint>? _all;
    private readonly long _first;
    private readonly UInt128 _span;

    public MetricSampler(int points, long total, long first, long last)
    {
        _first = first;
        _span = (UInt128)((Int128)last - first + 1);
        _all = total <= points ? [] : null;
        _buckets = total <= points ? [] : new Bucket[points / PointsPerBucket];
    }

    public void Add(MetricPoint point)
    {
        if (_all is not null)
        {
            _all.Add(point);
            return;
        }

        var offset = (Int128)point.Step - _first;
        if (offset < 0 || (UInt128)offset >= _span)
        {
            // It came after the range was read.
            return;
        }

        _buckets[(int)((UInt128)offset * (uint)_buckets.Length / _span)].Add(point);
    }

    /// <summary>What was kept, by step and timestamp.</summary>
    public MetricPoint[] Finish() =>
    [
        .. (_all ?? _buckets.SelectMany(bucket => bucket.Points).Distinct(ReferenceEqualityComparer.Instance).Cast<MetricPoint>())
            .OrderBy(point => point.Step).ThenBy(point => point.Timestamp),
    ];

    private struct Bucket
    {
        private MetricPoint? _first;
        private MetricPoint? _last;
        private MetricPoint? _lowest;
        private MetricPoint? _highest;

        public readonly IEnumerable<MetricPoint> Points => new[] { _first, _lowest, _highest, _last }.OfType<MetricPoint>();

        public void Add(MetricPoint point)
        {
            var place = (point.Step, point.Timestamp);
            _first = _first is null || place.CompareTo((_first.Step, _first.Timestamp)) < 0 ? point : _first;
            _last = _last is null || place.CompareTo((_last.Step, _last.Timestamp)) >= 0 ? point : _last;
            if (!double.IsNaN(point.Value))
            {
                _lowest = _lowest is null || point.Value < _lowest.Value ? point : _lowest;
                _highest = _highest is null || point.Value > _highest.Value ? point : _highest;
            }
        }
    }
}
