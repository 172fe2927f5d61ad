namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>Where the hosts of one generation of a job come together, at the host of rank 0. Made by <see cref="ExchangeListener.Expect"/>; disposing it turns latecomers away.</summary>
public sealed class ExchangeMeeting : IDisposable
{
    private readonly ExchangeListener _listener;
    private readonly Lock _lock = new();
    private readonly (HostConnection Connection, string Trajectory)?[] _guests;
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly CancellationTokenSource _closing = new();
    private bool _closed;

    internal ExchangeMeeting(ExchangeListener listener, Guid job, int generation, ReadOnlyMemory<byte> secret, int hosts)
    {
        _listener = listener;
        Job = job;
        Generation = generation;
        Secret = secret;
        _guests = new (HostConnection, string)?[hosts - 1];
    }

    internal Guid Job { get; }

    internal int Generation { get; }

    internal ReadOnlyMemory<byte> Secret { get; }

    /// <summary>Cuts every connection and takes no further host. Idempotent.</summary>
    public void Close()
    {
        lock (_lock)
        {
            if (_closed)
                return;
            _closed = true;
            foreach (var guest in _guests)
                guest?.Connection.Dispose();
            _closing.Cancel();
        }

        _listener.Forget(this);
    }

    /// <summary>Closes the meeting; nobody may wait in it any more.</summary>
    public void Dispose()
    {
        Close();
        _closing.Dispose();
        _arrivals.Dispose();
    }

    /// <summary>Takes a host in; false when its place is taken or unknown, or the meeting has closed.</summary>
    internal bool Join(Hello hello, HostConnection connection)
    {
        lock (_lock)
        {
            if (_closed || hello.Host < 1 || hello.Host > _guests.Length || _guests[hello.Host - 1] is not null)
                return false;
            _guests[hello.Host - 1] = (connection, hello.Pass.Trajectory);
            _arrivals.Release();
            return true;
        }
    }

    /// <summary>Blocks until all hosts have come, and welcomes them.</summary>
    /// <exception cref="ExchangeBrokenException">The meeting was closed.</exception>
    /// <exception cref="InvalidOperationException">A host prepared another training from the same order.</exception>
    internal HostConnection[] Welcome(string trajectory)
    {
        try
        {
            for (var arrived = 0; arrived < _guests.Length; arrived++)
                _arrivals.Wait(_closing.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            throw new ExchangeBrokenException("The training was given up before all its hosts had come.", error);
        }

        var welcome = new Frame(0);
        foreach (var (connection, other) in _guests.Select(guest => guest!.Value))
        {
            if (other != trajectory)
            {
                connection.Refuse($"it computes {other}, this host {trajectory}; both must prepare the same training from the same rows.");
                throw new InvalidOperationException("The hosts of the training have prepared different trainings from the same order; do all run the same version?");
            }

            connection.Send(welcome, FrameKind.Welcome, 0);
        }

        return [.. _guests.Select(guest => guest!.Value.Connection)];
    }
}
