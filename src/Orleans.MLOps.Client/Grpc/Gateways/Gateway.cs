using Grpc.Core;
using Grpc.Net.Client;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>One gateway: its channel and whether it is well. The state belongs to <see cref="GatewayPool"/>.</summary>
internal sealed class Gateway(GrpcChannel channel) : IDisposable
{
    private volatile bool isSuspect;

    /// <summary>Makes calls to this gateway alone.</summary>
    public CallInvoker Invoker { get; } = channel.CreateCallInvoker();

    /// <summary>Whether its last call failed in a way that another gateway might not.</summary>
    public bool IsSuspect
    {
        get => isSuspect;
        set => isSuspect = value;
    }

    /// <summary>Whether a background task looks after its return.</summary>
    public bool IsWatched { get; set; }

    /// <summary>The place of its last failure among all failures of the pool.</summary>
    public long LastFailure { get; set; }

    public void Dispose() => channel.Dispose();
}
