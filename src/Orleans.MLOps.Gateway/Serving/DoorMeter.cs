using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>The histograms of what doors do with a request beside the inference itself.</summary>
internal static class DoorMeter
{
    private static readonly Meter Meter = new("mlops");
    private static readonly Histogram<double> Decode = Meter.CreateHistogram<double>("inference_decode_seconds", "s", "Reading a request and turning it into tensors.");
    private static readonly Histogram<double> Encode = Meter.CreateHistogram<double>("inference_encode_seconds", "s", "Turning tensors into the answer.");

    public static void Record(string protocol, string project, string endpoint, int version, TimeSpan decode, TimeSpan encode)
    {
        if (Decode.Enabled)
        {
            var tags = new TagList { { "protocol", protocol }, { "model", new EndpointKey(project, endpoint).MetricName }, { "version", version.ToString(System.Globalization.CultureInfo.InvariantCulture) } };
            Decode.Record(decode.TotalSeconds, tags);
            Encode.Record(encode.TotalSeconds, tags);
        }
    }
}
