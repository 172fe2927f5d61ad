using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Server.Node;

/// <summary>Finds a loopback port that nobody uses at this moment; whoever needs it must be ready to lose it.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
