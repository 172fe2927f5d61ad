using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Tests.Support;

/// <summary>
/// Finds loopback ports for programs that are told theirs. They lie below those that the system gives to outgoing connections: one of
/// those could be taken before the program listens.
/// </summary>
internal static class FreePort
{
    private const int First = 15000;
    private const int End = 32000;

    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(First, End);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // In use; another is drawn.
            }
        }
    }
}
