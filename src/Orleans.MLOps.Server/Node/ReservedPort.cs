using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Server.Node;

/// <summary>
/// A port that this process already listens on, to be handed to Kestrel: a port in use is found before anything
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

    /// <exception cref="FailedPreconditionException">The port is taken or not allowed, or the address is not this machine's; the message names what and its option.</exception>
    public static ReservedPort Take(IPAddress address, int port, string purpose, string option)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return new ReservedPort(socket);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw error.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AddressFamilyNotSupported
                ? new FailedPreconditionException($"--listen (MLOPS_LISTEN, Mlops:Listen) is '{address}', which is no address of this machine; give one that it has, or 0.0.0.0 for all.", "--listen", error)
                : new FailedPreconditionException($"Port {port} for {purpose} {Reason(error)}; choose another with {option} PORT, where 0 takes a free one.", option, error);
        }
    }

    public void Dispose() => Socket.Dispose();

    private static string Reason(SocketException error) => error.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use" : $"cannot be opened ({error.Message})";
}
