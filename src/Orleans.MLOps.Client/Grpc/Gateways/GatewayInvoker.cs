using Grpc.Core;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>Sends each call, and each stream for its whole life, to one gateway of the pool and tells the pool how it went.</summary>
/// <param name="pool">The pool.</param>
/// <param name="busy">Keeps unary calls that are under way at the same time apart; null when they may meet.</param>
internal sealed class GatewayInvoker(GatewayPool pool, BusyGateways? busy = null) : CallInvoker
{
    public override TResponse BlockingUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var gateway = pool.Pick();
        try
        {
            var reply = gateway.Invoker.BlockingUnaryCall(method, host, options, request);
            pool.Succeeded(gateway);
            return reply;
        }
        catch (RpcException error)
        {
            pool.Failed(gateway, error);
            throw;
        }
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var gateway = busy is null ? pool.Pick() : busy.Enter(pool);
        var call = gateway.Invoker.AsyncUnaryCall(method, host, options, request);
        return new(WatchAsync(gateway, call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
    {
        var gateway = pool.Pick();
        var call = gateway.Invoker.AsyncServerStreamingCall(method, host, options, request);
        return new(
            new WatchedReader<TResponse>(call.ResponseStream, pool, gateway), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var gateway = pool.Pick();
        var call = gateway.Invoker.AsyncClientStreamingCall(method, host, options);
        return new(
            call.RequestStream, WatchAsync(gateway, call.ResponseAsync), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
        Method<TRequest, TResponse> method, string? host, CallOptions options)
    {
        var gateway = pool.Pick();
        var call = gateway.Invoker.AsyncDuplexStreamingCall(method, host, options);
        return new(
            call.RequestStream,
            new WatchedReader<TResponse>(call.ResponseStream, pool, gateway),
            call.ResponseHeadersAsync,
            call.GetStatus,
            call.GetTrailers,
            call.Dispose);
    }

    private async Task<TResponse> WatchAsync<TResponse>(Gateway gateway, Task<TResponse> response)
    {
        try
        {
            var reply = await response.ConfigureAwait(false);
            pool.Succeeded(gateway);
            return reply;
        }
        catch (RpcException error)
        {
            pool.Failed(gateway, error);
            throw;
        }
        finally
        {
            busy?.Leave(gateway);
        }
    }
}
