using System.Net;
using System.Net.Sockets;

namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>The link of every host but that of rank 0: it sends its subtrees to the hub and receives the sum.</summary>
public sealed class SpokeLink : IHostLink
{
    private readonly IPEndPoint _hub;
    private readonly Hello _hello;
    private readonly ExchangeTimes _times;
    private readonly Socket _socket;
    private readonly Frame _sent;
    private readonly Frame _total;
    private readonly Lock _lock = new();
    private HostConnection? _connection;
    private long _sequence;
    private bool _closed;

    /// <summary>Makes the link; nothing is connected yet.</summary>
    /// <param name="hub">Where the host of rank 0 listens.</param>
    /// <param name="pass">What it asks for.</param>
    /// <param name="host">This host's place among the hosts, from 1.</param>
    /// <param name="ranks">This host's ranks.</param>
    /// <param name="length">Number of values a call.</param>
    /// <param name="times">How soon a silent hub is given up; null for the defaults.</param>
    public SpokeLink(IPEndPoint hub, ExchangePass pass, int host, RankRange ranks, int length, ExchangeTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(hub);
        _hub = hub;
        _hello = new Hello(pass, host);
        _times = times ?? new ExchangeTimes();
        _socket = new Socket(hub.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _sent = Frame.OfVectors(ranks.Subtrees().Length, length);
        _total = Frame.OfVectors(1, length);
    }

    /// <inheritdoc/>
    public void Open()
    {
        Connect();
        _connection!.Send(_hello.ToFrame(), FrameKind.Hello, 0);
        _connection.Receive(new Frame(0), FrameKind.Welcome, 0);
    }

    /// <inheritdoc/>
    public void Exchange(Span<float> subtrees, Span<float> total)
    {
        subtrees.CopyTo(_sent.Values);
        _connection!.Send(_sent, FrameKind.Subtrees, _sequence);
        _connection.Receive(_total, FrameKind.Total, _sequence);
        _total.Values.CopyTo(total);
        _sequence++;
    }

    /// <inheritdoc/>
    public void Abort() => Dispose();

    /// <summary>Closes the connection.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _connection?.Dispose();
            _socket.Dispose();
        }
    }

    private void Connect()
    {
        try
        {
            // The system would try for minutes.
            using var limit = new Timer(_ => _socket.Dispose(), null, _times.Silence, Timeout.InfiniteTimeSpan);
            _socket.Connect(_hub);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new ExchangeBrokenException($"The host of rank 0 cannot be reached at {_hub} within {_times.Silence.TotalSeconds:0.#} s: {error.Message}", error);
        }

        lock (_lock)
        {
            if (_closed)
                throw new ExchangeBrokenException("The training was given up before this host had connected.");
            _connection = new HostConnection(_socket, $"the host of rank 0 at {_hub}", _times);
        }
    }
}
