using System.Net.Security;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Node;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Demo;

/// <summary>How the demo gets through its own node's door: where keys are asked it adds one that only this process ever knows.</summary>
internal sealed class DemoDoor
{
    private readonly string? _key;

    private DemoDoor(NodeOptions node, string? key)
    {
        Node = node;
        _key = key;
    }

    /// <summary>The options to start the node with.</summary>
    public NodeOptions Node { get; }

    public static DemoDoor Of(NodeOptions node)
    {
        if (node.ApiKeys.Count == 0)
        {
            return new(node, null);
        }

        var key = ApiKeyText.Create();
        var own = new ApiKey { Name = $"demo-{Guid.NewGuid():N}", Sha256 = ApiKeyText.HashText(key) };
        return new(node with { ApiKeys = [.. node.ApiKeys, own] }, key);
    }

    public GrpcMlopsClient Connect(NodeHost node) => MlopsGrpcClient.Connect(new GrpcClientOptions
    {
        Address = node.GrpcAddress,
        ApiKey = _key,
        // The node is in this process: the traffic does not leave the machine.
        AllowApiKeyWithoutTls = true,
        ConfigureChannel = node.DoorLock.Certificate is not { } certificate ? null : channel => channel.HttpHandler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            // The certificate names the machine as others know it; that it is the node's own is known better here.
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null && presented.GetRawCertData().AsSpan().SequenceEqual(certificate.Leaf.RawDataMemory.Span),
            },
        },
    });
}
