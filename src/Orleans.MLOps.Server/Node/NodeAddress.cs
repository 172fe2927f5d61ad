using System.Net;

namespace Orleans.MLOps.Server.Node;

/// <summary>Where programs on the node's own machine find its doors.</summary>
internal static class NodeAddress
{
    public static Uri Of(IPAddress listen, int port, bool tls) => new($"{(tls ? "https" : "http")}://{new IPEndPoint(Near(listen), port)}");

    public static bool IsEverywhere(IPAddress listen) => listen.Equals(IPAddress.Any) || listen.Equals(IPAddress.IPv6Any);

    private static IPAddress Near(IPAddress listen) =>
        listen.Equals(IPAddress.Any) ? IPAddress.Loopback
        : listen.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : listen;
}
