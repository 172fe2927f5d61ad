using System.Net;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Security;

/// <summary>What stands between the network and a node: its keys and its certificate, both checked before a port is opened.</summary>
internal sealed class DoorLock : IDisposable
{
    private DoorLock(ApiKeyRing keys, TlsCertificate? certificate)
    {
        Keys = keys;
        Certificate = certificate;
    }

    public ApiKeyRing Keys { get; }

    public TlsCertificate? Certificate { get; }

    /// <exception cref="InvalidInputException">The options would leave a door open to the network, or a key or certificate is no good.</exception>
    public static DoorLock Make(NodeOptions options)
    {
        var keys = ApiKeyRing.Make(options.ApiKeys);
        if (keys.Count == 0 && !IPAddress.IsLoopback(options.Listen))
        {
            throw new InvalidInputException(
                $"--listen (MLOPS_LISTEN, Mlops:Listen) is '{options.Listen}', which other machines may reach: that needs at least one API key in Mlops:ApiKeys; make one with 'Orleans.MLOps.Server key NAME', or listen on 127.0.0.1.",
                "--listen");
        }

        return new(keys, options.Tls is { } tls ? TlsCertificate.Load(tls, TimeProvider.System) : null);
    }

    public void Dispose() => Certificate?.Dispose();
}
