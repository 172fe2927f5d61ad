using Grpc.Core;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>The answers of a stream; how they come in says how its gateway is.</summary>
internal sealed class WatchedReader<T>(IAsyncStreamReader<T> inner, GatewayPool pool, Gateway gateway) : IAsyncStreamReader<T>
{
    public T Current => inner.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            var more = await inner.MoveNext(cancellationToken).ConfigureAwait(false);
            pool.Succeeded(gateway);
            return more;
        }
        catch (RpcException error)
        {
            pool.Failed(gateway, error);
            throw;
        }
    }
}
