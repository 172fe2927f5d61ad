using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>Which requests are kept. Pure where a request has an id.</summary>
internal static class PayloadSampling
{
    public static bool IsChosen(double rate, string? requestId) => rate >= 1 || (requestId is null ? Random.Shared.NextDouble() : Point(requestId)) < rate;

    /// <summary>The place of an id in [0, 1): the same on every silo and in every release.</summary>
    private static double Point(string requestId) => (XxHash3.HashToUInt64(MemoryMarshal.AsBytes(requestId.AsSpan())) >> 11) * (1.0 / (1UL << 53));
}
