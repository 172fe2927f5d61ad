using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Server.Node;

/// <summary>
/// A loopback port that this process already listens on, to be handed to Kestrel: a port in use is found before anything
/// else starts, and a free one is known before anything is announced. Callers that connect early wait in the socket's backlog.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private ReservedPort(Socket socket)
    {
        Socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    public Socket Socket { get; }

    public IPEndPoint EndPoint { get; }

    /// <exception cref="FailedPreconditionException">The port is taken or not allowed; the message names port and option.</exception>
    public static ReservedPort Take(int port, string purpose, string option)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            socket.Listen();
            return new ReservedPort(socket);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            var reason = error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use" : $"cannot be opened ({error.Message})";
            throw new FailedPreconditionException($"Port {port} for {purpose} {reason}; choose another with {option} PORT, where 0 takes a free one.", option, error);
        }
    }

    public void Dispose() => Socket.Dispose();
}
