using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Prometheus;

namespace Orleans.MLOps.Server.Web;

/// <summary>
/// Exports the histograms of inference. They are observed at every request, where the general adapter's search for the labels of each value would
/// cost more than the value: here a lookup by the values finds what stands in the registry.
/// </summary>
internal sealed class InferenceHistograms : IDisposable
{
    private const string Meter = "mlops";
    private const string Prefix = "inference_";

    /// <summary>Seconds: an inference takes from some microseconds to some seconds.</summary>
    private static readonly double[] Buckets = Histogram.ExponentialBuckets(1e-5, 2, 20);

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, object? First, object? Second, object? Third), Histogram.Child> _children = new();
    private readonly MetricFactory _metrics;

    public InferenceHistograms(CollectorRegistry registry)
    {
        _metrics = Metrics.WithCustomRegistry(registry);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOwn(instrument))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(Observe);
        _listener.Start();
    }

    /// <summary>Whether an instrument is exported here.</summary>
    public static bool IsOwn(Instrument instrument) => instrument.Meter.Name == Meter && instrument.Name.StartsWith(Prefix, StringComparison.Ordinal) && instrument is Histogram<double>;

    public void Dispose() => _listener.Dispose();

    private void Observe(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var key = (instrument, tags.Length > 0 ? tags[0].Value : null, tags.Length > 1 ? tags[1].Value : null, tags.Length > 2 ? tags[2].Value : null);
        if (!_children.TryGetValue(key, out var child))
        {
            child = Create(instrument, tags);
            _children.TryAdd(key, child);
        }

        // Without one given, each value looks for a trace to stand for it.
        child.Observe(value, Exemplar.None);
    }

    private Histogram.Child Create(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (names, values) = (new string[tags.Length], new string[tags.Length]);
        for (var i = 0; i < tags.Length; i++)
        {
            (names[i], values[i]) = (tags[i].Key, $"{tags[i].Value}");
        }

        return _metrics.CreateHistogram($"{Meter}_{instrument.Name}", instrument.Description ?? instrument.Name, names, new HistogramConfiguration { Buckets = Buckets }).WithLabels(values);
    }
}
