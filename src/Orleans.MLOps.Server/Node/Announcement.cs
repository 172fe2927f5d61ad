using System.Net;

namespace Orleans.MLOps.Server.Node;

/// <summary>Says where everything is, one plain line each.</summary>
internal static class Announcement
{
    public static void Write(TextWriter output, NodeHost node)
    {
        output.WriteLine($"Orleans.MLOps {NodeVersion.Text} is ready; Ctrl-C stops it.");
        foreach (var (name, place) in Places(node))
        {
            output.WriteLine($"  {name,-16} {place}");
        }

        output.Flush();
    }

    private static IEnumerable<(string Name, string Place)> Places(NodeHost node)
    {
        yield return ("gRPC", Place(node.GrpcAddress));
        yield return ("home", Place(node.HttpAddress, "/"));
        yield return ("dashboard", Place(node.HttpAddress, "/dashboard"));
        yield return ("metrics", Place(node.HttpAddress, "/metrics"));
        yield return ("health", Place(node.HttpAddress, "/health/ready"));
        if (node.OrleansGatewayPort is { } gateway)
        {
            yield return ("Orleans gateway", $"{node.SiloEndPoint?.Address ?? IPAddress.Loopback}:{gateway}");
        }

        if (node.SiloEndPoint is { } silo)
        {
            yield return ("silo", $"{silo}");
        }

        if (!IPAddress.IsLoopback(node.Listen))
        {
            var reach = NodeAddress.IsEverywhere(node.Listen) ? "every address of this machine" : "the network";
            yield return ("listens on", $"{node.Listen}: {reach}{(node.DoorLock.Certificate is null ? "; without TLS, keys and data cross it in plain text" : "")}");
        }

        if (node.DoorLock.Keys.Count is > 0 and var keys)
        {
            yield return ("API keys", $"{keys} configured; every door but health asks for one");
        }

        yield return ("data", node.DataFolder);
    }

    private static string Place(Uri address, string path = "") => address.GetLeftPart(UriPartial.Authority) + path;
}
