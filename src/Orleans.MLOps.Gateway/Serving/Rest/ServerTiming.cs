using System.Globalization;
using Microsoft.AspNetCore.Http;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Where the time of a request went, as the <c>Server-Timing</c> header of its answer; sent to those who send a <c>Server-Timing</c> header themselves.</summary>
internal static class ServerTiming
{
    private const string Header = "Server-Timing";

    public static void Add(HttpContext context, InferTimes times, TimeSpan decode, TimeSpan encode)
    {
        if (context.Request.Headers.ContainsKey(Header))
        {
            context.Response.Headers[Header] = string.Create(
                CultureInfo.InvariantCulture,
                $"decode;dur={decode.TotalMilliseconds:0.###}, queue;dur={times.QueueMicroseconds / 1000.0:0.###}, infer;dur={times.InferMicroseconds / 1000.0:0.###}, encode;dur={encode.TotalMilliseconds:0.###}");
        }
    }
}
