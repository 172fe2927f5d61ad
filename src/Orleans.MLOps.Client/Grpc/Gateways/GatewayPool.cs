using Grpc.Core;
using Orleans.MLOps.Client.Polling;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>
/// Chooses the gateway of each call. One that fails is left at once and asked for its health in the background, with growing
/// pauses, until it answers; so its return costs no call of the user. When none is well, the one that failed longest ago is tried.
/// </summary>
internal sealed class GatewayPool(
    Gateway[] gateways, GatewayBalancing balancing, Func<Gateway, CancellationToken, Task<bool>> probe, Func<Backoff> pauses) : IDisposable
{
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private uint turn;
    private long failures;

    /// <summary>An invoker over all gateways; with a single one there is nothing to choose, so its own.</summary>
    public CallInvoker CreateInvoker() => gateways.Length == 1 ? gateways[0].Invoker : new GatewayInvoker(this);

    /// <summary>An invoker for the attempts of one call: no two are at one gateway at the same time, as far as there are others.</summary>
    public CallInvoker CreateInvokerApart() => new GatewayInvoker(this, new BusyGateways());

    /// <summary>The gateway for the next call.</summary>
    /// <param name="busy">Gateways to keep away from; none when they are all there are.</param>
    public Gateway Pick(IReadOnlyCollection<Gateway>? busy = null)
    {
        var start = balancing == GatewayBalancing.Spread ? (int)(Interlocked.Increment(ref turn) % (uint)gateways.Length) : 0;
        for (var i = 0; i < gateways.Length; i++)
        {
            var gateway = gateways[(start + i) % gateways.Length];
            if (!gateway.IsSuspect && busy?.Contains(gateway) is not true)
            {
                return gateway;
            }
        }

        lock (gate)
        {
            return gateways.Where(gateway => busy?.Contains(gateway) is not true).MinBy(gateway => gateway.LastFailure) ?? gateways.MinBy(gateway => gateway.LastFailure)!;
        }
    }

    /// <summary>An answer came from it.</summary>
    public void Succeeded(Gateway gateway)
    {
        if (gateway.IsSuspect)
        {
            lock (gate)
            {
                gateway.IsSuspect = false;
            }
        }
    }

    /// <summary>A call to it failed; refusals are answers like any other.</summary>
    public void Failed(Gateway gateway, RpcException error)
    {
        if (!GrpcErrors.IsAway(error) && error.StatusCode != StatusCode.DeadlineExceeded)
        {
            return;
        }

        lock (gate)
        {
            gateway.LastFailure = ++failures;
            gateway.IsSuspect = true;
            if (gateway.IsWatched || closing.IsCancellationRequested)
            {
                return;
            }

            gateway.IsWatched = true;
        }

        _ = WatchAsync(gateway);
    }

    public void Dispose()
    {
        lock (gate)
        {
            closing.Cancel();
        }

        foreach (var gateway in gateways)
        {
            gateway.Dispose();
        }
    }

    private async Task WatchAsync(Gateway gateway)
    {
        var pause = pauses();
        var isWell = false;
        try
        {
            do
            {
                await pause.WaitAsync(closing.Token).ConfigureAwait(false);
                isWell = await probe(gateway, closing.Token).ConfigureAwait(false);
            }
            while (!TryEnd(gateway, isWell));
        }
        catch (Exception) when (closing.IsCancellationRequested)
        {
            // The client is disposed.
        }
    }

    private bool TryEnd(Gateway gateway, bool isWell)
    {
        lock (gate)
        {
            gateway.IsSuspect &= !isWell;
            gateway.IsWatched = gateway.IsSuspect;
            return !gateway.IsWatched;
        }
    }
}
