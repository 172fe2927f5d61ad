using System.Net.Sockets;
using System.Text;

namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// A connection to another host. It gives a sign of life now and then whatever the training does, so silence means that the other
/// process has stopped or is cut off, not that a step takes long. Neither end gives or takes one before the Hello. One thread receives;
/// sending is locked.
/// </summary>
internal sealed class HostConnection : IDisposable
{
    private const int LongestReason = 4096;

    private readonly Socket _socket;
    private readonly string _peer;
    private readonly ExchangeTimes _times;
    private readonly Lock _sending = new();
    private readonly Frame _heartbeat = new(0);
    private readonly byte[] _header = new byte[Frame.HeaderLength];
    private readonly Timer _timer;
    private volatile bool _introduced;
    private volatile bool _silent;
    private long _lastSign;
    private int _unread;

    public HostConnection(Socket socket, string peer, ExchangeTimes times)
    {
        _socket = socket;
        _peer = peer;
        _times = times;
        socket.NoDelay = true;

        // Sending has no limit of its own: it also stands still while the other process lives but does not read yet.
        socket.ReceiveTimeout = (int)times.Silence.TotalMilliseconds;
        NoteSign();
        _timer = new Timer(_ => Beat(), null, times.Heartbeat, times.Heartbeat);
    }

    public void Send(Frame frame, FrameKind kind, long sequence)
    {
        lock (_sending)
        {
            try
            {
                NoteSign();
                for (var left = frame.Seal(kind, sequence); left.Length > 0;)
                    left = left[_socket.Send(left)..];
                _introduced = true;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                throw Broken(error);
            }
        }
    }

    /// <summary>Receives the frame that must come next, past signs of life.</summary>
    /// <exception cref="ExchangeBrokenException">Another frame came, the other host refused, left or fell silent.</exception>
    public void Receive(Frame frame, FrameKind expected, long sequence)
    {
        while (true)
        {
            Fill(_header);
            var (kind, length, number) = Frame.ReadHeader(_header);
            if (kind == FrameKind.Heartbeat && length == 0 && _introduced)
                continue;
            if (kind == FrameKind.Refused && length is >= 0 and <= LongestReason)
                throw new ExchangeBrokenException($"{_peer} refused: {ReadReason(length)}");
            if (kind != expected || number != sequence || length != frame.Payload.Length)
                throw new ExchangeBrokenException(
                    $"{_peer} sent frame {number} of kind {(int)kind} with {length} bytes; {expected} {sequence} with {frame.Payload.Length} bytes was expected.");
            Fill(frame.Payload);
            _introduced = true;
            return;
        }
    }

    /// <summary>Tells the other host why it may not take part.</summary>
    public void Refuse(string reason)
    {
        var text = Encoding.UTF8.GetBytes(reason);
        var frame = new Frame(Math.Min(text.Length, LongestReason));
        text.AsSpan(0, frame.Payload.Length).CopyTo(frame.Payload);
        Send(frame, FrameKind.Refused, 0);
    }

    /// <summary>
    /// Waits until the other host has closed, and drops what it still sends. Closing over unread bytes would reset the connection, and the
    /// reset may overtake what was sent last.
    /// </summary>
    public void Drain()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
            Span<byte> dropped = stackalloc byte[1024];
            var started = TimeProvider.System.GetTimestamp();
            while (_socket.Receive(dropped) > 0 && TimeProvider.System.GetElapsedTime(started) < _times.Silence)
            {
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It has closed, or fell silent: either way nobody waits for anything any more.
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _socket.Dispose();
    }

    private void Beat()
    {
        // Whoever holds the lock is sending, which is a sign of life too.
        if (!_sending.TryEnter())
        {
            WatchSending();
            return;
        }

        try
        {
            if (!_introduced)
                return;
            NoteSign();
            _socket.Send(_heartbeat.Seal(FrameKind.Heartbeat, 0));
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The receiver meets the same end and reports it.
        }
        finally
        {
            _sending.Exit();
        }
    }

    /// <summary>Ends a send that stands still when the other host gives no sign of life either: one that is only slow goes on to give them.</summary>
    private void WatchSending()
    {
        try
        {
            var unread = _socket.Available;
            if (Interlocked.Exchange(ref _unread, unread) != unread)
            {
                NoteSign();
            }
            else if (TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastSign)) > _times.Silence)
            {
                _silent = true;
                _socket.Dispose();
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The sender meets the same end and reports it.
        }
    }

    private void NoteSign() => Volatile.Write(ref _lastSign, TimeProvider.System.GetTimestamp());

    private void Fill(Span<byte> buffer)
    {
        try
        {
            while (buffer.Length > 0)
            {
                var received = _socket.Receive(buffer);
                if (received == 0)
                    throw new ExchangeBrokenException($"{_peer} has closed the connection.");
                NoteSign();
                buffer = buffer[received..];
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw Broken(error);
        }
    }

    private string ReadReason(int length)
    {
        var text = new byte[length];
        Fill(text);
        return Encoding.UTF8.GetString(text);
    }

    private ExchangeBrokenException Broken(Exception error) => _silent || error is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
        ? new ExchangeBrokenException($"{_peer} was silent for {_times.Silence.TotalSeconds:0.#} s.", error)
        : new ExchangeBrokenException($"The connection to {_peer} broke: {error.Message}", error);
}
