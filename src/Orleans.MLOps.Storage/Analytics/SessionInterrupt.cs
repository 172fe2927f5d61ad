using DuckDB.NET.Data;

namespace Orleans.MLOps.Storage.Analytics;

/// <summary>
/// Interrupts a connection once its token is cancelled, and again until the session ends: DuckDB forgets an interrupt
/// that comes between two statements.
/// </summary>
internal sealed class SessionInterrupt : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    private readonly DuckDBCommand _command;
    private readonly Lock _gate = new();
    private readonly CancellationTokenRegistration _registration;
    private Timer? _timer;
    private bool _ended;

    public SessionInterrupt(DuckDBConnection connection, CancellationToken cancellationToken)
    {
        _command = connection.CreateCommand();
        _registration = cancellationToken.UnsafeRegister(static state => ((SessionInterrupt)state!).Start(), this);
    }

    public void Dispose()
    {
        _registration.Dispose();
        lock (_gate)
        {
            _ended = true;
            _timer?.Dispose();
        }

        _command.Dispose();
    }

    private void Start()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _timer = new Timer(static state => ((SessionInterrupt)state!).Interrupt(), this, TimeSpan.Zero, Period);
            }
        }
    }

    private void Interrupt()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _command.Cancel();
            }
        }
    }
}
