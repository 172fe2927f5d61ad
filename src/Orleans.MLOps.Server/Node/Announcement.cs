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
        yield return ("gRPC", $"http://127.0.0.1:{node.GrpcPort}");
        yield return ("home", $"http://127.0.0.1:{node.HttpPort}/");
        yield return ("dashboard", $"http://127.0.0.1:{node.HttpPort}/dashboard");
        yield return ("metrics", $"http://127.0.0.1:{node.HttpPort}/metrics");
        yield return ("health", $"http://127.0.0.1:{node.HttpPort}/health/ready");
        if (node.OrleansGatewayPort is { } gateway)
        {
            yield return ("Orleans gateway", $"127.0.0.1:{gateway}");
        }

        yield return ("data", node.DataFolder);
    }
}
