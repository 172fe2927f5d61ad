using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>
/// The port at which a process takes the other hosts of the trainings whose rank 0 it computes. Whoever does not show the pass of a
/// generation that trains now is refused, so nothing of an earlier one can arrive. What goes over it is not encrypted. Thread-safe.
/// </summary>
public sealed class ExchangeListener : IDisposable
{
    /// <summary>The one answer to whoever is not expected: it does not tell what trains here.</summary>
    internal const string Refusal = "it expects no host with this pass.";

    private const int MostHandshakes = 32;

    /// <summary>Compared with for a job that does not train here, so that the answer takes as long.</summary>
    private static readonly ReadOnlyMemory<byte> NobodysSecret = RandomNumberGenerator.GetBytes(ExchangePass.SecretLength);

    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    private readonly Socket _socket;
    private readonly ExchangeTimes _times;
    private readonly ConcurrentDictionary<Guid, ExchangeMeeting> _meetings = new();
    private readonly TaskCompletionSource _closed = new();
    private readonly SemaphoreSlim _handshakes = new(MostHandshakes);

    /// <summary>Opens the port.</summary>
    /// <param name="address">The address at which the other hosts reach this process.</param>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="times">How soon a silent host is given up; null for the defaults.</param>
    /// <exception cref="SocketException">The port cannot be had.</exception>
    public ExchangeListener(IPAddress address, int port = 0, ExchangeTimes? times = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _times = times ?? new ExchangeTimes();
        _socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(new IPEndPoint(address, port));
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = "mlops-exchange" }.Start();
    }

    /// <summary>Where the port is.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Expects the other hosts of one generation of a job; an earlier generation of it is cut off.</summary>
    /// <param name="job">The job.</param>
    /// <param name="generation">Its generation.</param>
    /// <param name="secret"><see cref="ExchangePass.SecretLength"/> random bytes that only the generation's hosts know.</param>
    /// <param name="hosts">Number of hosts, this one included.</param>
    /// <exception cref="ExchangeBrokenException">A later generation has come already.</exception>
    public ExchangeMeeting Expect(Guid job, int generation, ReadOnlyMemory<byte> secret, int hosts)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, ExchangePass.SecretLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(hosts, 2);
        var meeting = new ExchangeMeeting(this, job, generation, secret, hosts);
        while (!_meetings.TryAdd(job, meeting))
        {
            if (!_meetings.TryGetValue(job, out var other))
                continue;
            if (other.Generation >= generation)
            {
                meeting.Dispose();
                throw new ExchangeBrokenException($"Generation {other.Generation} of job {job:N} trains here; generation {generation} comes too late.");
            }

            other.Close();
        }

        return meeting;
    }

    /// <summary>Closes the port; meetings go on.</summary>
    public void Dispose()
    {
        _closed.TrySetResult();
        _socket.Dispose();
    }

    internal void Forget(ExchangeMeeting meeting) => _meetings.TryRemove(new KeyValuePair<Guid, ExchangeMeeting>(meeting.Job, meeting));

    private void Accept()
    {
        while (true)
        {
            Socket guest;
            try
            {
                guest = _socket.Accept();
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // The port was closed; or the guest has gone again, or the process has too many files open, which may pass.
                if (_closed.Task.Wait(PauseAfterError))
                    return;
                continue;
            }

            // Whoever floods the port does not keep more threads busy than that.
            if (_handshakes.Wait(0))
                new Thread(() => Greet(guest)) { IsBackground = true, Name = "mlops-exchange-guest" }.Start();
            else
                guest.Dispose();
        }
    }

    private void Greet(Socket guest)
    {
        HostConnection? connection = null;
        var taken = false;
        try
        {
            connection = new HostConnection(guest, $"host {guest.RemoteEndPoint}", _times);
            if (ReadHello(guest, connection) is { } hello)
            {
                taken = Find(hello.Pass) is { } meeting && meeting.Join(hello, connection);
                if (!taken)
                    connection.Refuse(Refusal);
            }
        }
        catch (Exception error) when (error is ExchangeBrokenException or SocketException or ObjectDisposedException)
        {
            // A guest that leaves or speaks something else is none of ours; one of ours sees its end and reports it.
        }
        finally
        {
            if (!taken)
            {
                connection?.Dispose();
                guest.Dispose();
            }

            _handshakes.Release();
        }
    }

    /// <summary>What a guest says first; null when it is nothing of ours. All of it must come within one silence, however it trickles in.</summary>
    private Hello? ReadHello(Socket guest, HostConnection connection)
    {
        using var limit = new CancellationTokenSource(_times.Silence);
        using var cut = limit.Token.Register(guest.Dispose);
        var frame = new Frame(Hello.Length);
        connection.Receive(frame, FrameKind.Hello, 0);
        return cut.Unregister() ? Hello.Read(frame.Payload) : null;
    }

    private ExchangeMeeting? Find(ExchangePass pass)
    {
        _meetings.TryGetValue(pass.Job, out var meeting);
        var knows = CryptographicOperations.FixedTimeEquals((meeting?.Secret ?? NobodysSecret).Span, pass.Secret.Span);
        return knows && meeting?.Generation == pass.Generation ? meeting : null;
    }
}
