using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Gateway.Tests.Support;

/// <summary>A wire between a client and a server that can fall silent without closing, like a cut cable.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Uri? target;
    private volatile bool isCut;

    /// <summary>Starts it; without a target it is silent from the start.</summary>
    public Relay(Uri? target)
    {
        this.target = target;
        isCut = target is null;
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Cut() => isCut = true;

    public void Dispose()
    {
        ending.Cancel();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            if (target is not null)
            {
                await far.ConnectAsync(target.Host, target.Port, ending.Token);
                await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
            }

            if (isCut)
            {
                await Task.Delay(Timeout.Infinite, ending.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The test is over, or an end has gone.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while (!isCut && (read = await from.GetStream().ReadAsync(buffer, ending.Token)) > 0 && !isCut)
        {
            await to.GetStream().WriteAsync(buffer.AsMemory(0, read), ending.Token);
        }
    }
}
