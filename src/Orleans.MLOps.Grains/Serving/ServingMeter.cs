using System.Diagnostics.Metrics;
using Orleans.MLOps.Grains.Serving.Tensors;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>The histograms of inference, by endpoint and version.</summary>
internal static class ServingMeter
{
    private static readonly Meter Meter = new("mlops");
    private static readonly Histogram<double> Queue = Meter.CreateHistogram<double>("inference_queue_seconds", "s", "From a request's arrival in the silo to the call of the engine.");
    private static readonly Histogram<double> Infer = Meter.CreateHistogram<double>("inference_infer_seconds", "s", "The call of the engine, the whole batch.");

    public static void Record(string endpoint, string version, EngineTimes times)
    {
        if (Queue.Enabled)
        {
            var (model, number) = (KeyValuePair.Create<string, object?>("model", endpoint), KeyValuePair.Create<string, object?>("version", version));
            Queue.Record(times.Queued.TotalSeconds, model, number);
            Infer.Record(times.Computed.TotalSeconds, model, number);
        }
    }
}
