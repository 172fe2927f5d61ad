using System.Net.Sockets;
using Grpc.Net.Client;
using Orleans.MLOps.Client.Polling;

namespace Orleans.MLOps.Client.Grpc.Gateways;

/// <summary>Opens the channels of a client, one a gateway: so http and https may be mixed, and each heals on its own.</summary>
internal static class GatewayChannels
{
    private static readonly TimeSpan ShortestPing = TimeSpan.FromSeconds(1);

    /// <summary>The pool over all gateways of the options.</summary>
    public static GatewayPool Open(GrpcClientOptions options, TimeProvider clock) => new(
        [.. options.Gateways.Select(address => new Gateway(Channel(address, options)))],
        options.Balancing,
        GatewayProbe.IsWellAsync,
        () => new Backoff(clock, options.ReconnectDelay, options.LongestReconnectDelay));

    private static GrpcChannel Channel(Uri address, GrpcClientOptions options)
    {
        var handler = Handler(options);
        var channel = new GrpcChannelOptions
        {
            MaxReceiveMessageSize = options.MaxMessageBytes,
            MaxSendMessageSize = null,
            HttpHandler = handler,
        };
        options.ConfigureChannel?.Invoke(channel);
        if (channel.HttpClient is not null && channel.HttpHandler == handler)
        {
            channel.HttpHandler = null;
        }

        // A handler of the caller's own may outlive the channel.
        channel.DisposeHttpClient |= channel.HttpHandler == handler;
        return GrpcChannel.ForAddress(address, channel);
    }

    private static SocketsHttpHandler Handler(GrpcClientOptions options)
    {
        // A cut is noticed after the delay, the timeout and the rounding of the handler's heartbeat together.
        var ping = options.KeepAlive * 0.4;
        ping = ping > ShortestPing ? ping : ShortestPing;
        return new()
        {
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            KeepAlivePingDelay = ping,
            KeepAlivePingTimeout = ping,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
            ConnectTimeout = options.ConnectTimeout,
            ConnectCallback = ConnectAsync,
        };
    }

    /// <summary>
    /// Connects as the handler would itself. Its presence keeps the channel from managing the connection: that would refuse all
    /// calls for up to two minutes after a failure, and a gateway that is back has to be found by the next call.
    /// </summary>
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
