using Microsoft.Extensions.Logging;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>
/// The payloads of one endpoint in this silo that wait for the log. They are taken as bytes, so what waits is exactly what is counted, and callers may use
/// their arrays again. What is being written counts until it is written: a log that never answers holds no more than the bounds, and everything behind it
/// is dropped.
/// </summary>
/// <param name="write">Writes a payload by a spec; called for one after the other.</param>
/// <param name="silo">What all endpoints of the silo may hold.</param>
/// <param name="clock">For the patience of those who wait for the writer.</param>
/// <param name="logger">Told when the log begins to fail.</param>
internal sealed partial class PayloadBuffer(Func<byte[], PayloadLogSpec, Task> write, PayloadBudget silo, TimeProvider clock, ILogger logger)
{
    /// <summary>Bytes of the largest payload: a page with it fits a message.</summary>
    public const int Largest = 3 << 20;

    private readonly Lock _gate = new();
    private readonly Queue<(byte[] Payload, PayloadLogSpec Spec)> _waiting = new();
    private PayloadLogReport _report = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;
    private bool _failed;

    public PayloadLogReport Report
    {
        get
        {
            lock (_gate)
            {
                return _report;
            }
        }
    }

    /// <summary>Takes a payload if there is room; never waits and never throws.</summary>
    /// <param name="spec">The bounds that hold now.</param>
    /// <param name="atLeast">Bytes that it has at least, so that what finds no room is not encoded.</param>
    /// <param name="encode">Gives its bytes.</param>
    public void Offer(PayloadLogSpec spec, long atLeast, Func<byte[]> encode)
    {
        byte[]? payload = null;
        try
        {
            payload = HasRoom(spec, atLeast) ? encode() : null;
        }
        catch (Exception error)
        {
            // The request is answered; that it cannot be kept is no error of its caller's.
            LogNotEncoded(error);
        }

        lock (_gate)
        {
            if (payload is null || !Fits(spec, payload.Length) || !silo.TryTake(payload.Length))
            {
                _report = _report with { Dropped = _report.Dropped + 1 };
                return;
            }

            _waiting.Enqueue((payload, spec));
            _report = _report with { Waiting = _report.Waiting + 1, WaitingBytes = _report.WaitingBytes + payload.Length };
            if (!_isWriting)
            {
                _isWriting = true;
                _writing = Task.Run(WriteAllAsync);
            }
        }
    }

    /// <summary>Returns when what waits is written, or the patience is over.</summary>
    public Task FlushAsync(TimeSpan patience)
    {
        Task writing;
        lock (_gate)
        {
            writing = _writing;
        }

        return writing.IsCompleted ? Task.CompletedTask : Task.WhenAny(writing, Task.Delay(patience, clock));
    }

    private bool HasRoom(PayloadLogSpec spec, long bytes)
    {
        lock (_gate)
        {
            return Fits(spec, bytes);
        }
    }

    private bool Fits(PayloadLogSpec spec, long bytes) =>
        bytes <= Largest && _report.Waiting < spec.Capacity && _report.WaitingBytes + bytes <= spec.MaxBytes;

    private async Task WriteAllAsync()
    {
        while (true)
        {
            (byte[] Payload, PayloadLogSpec Spec) next;
            lock (_gate)
            {
                if (!_waiting.TryDequeue(out next))
                {
                    _isWriting = false;
                    return;
                }
            }

            var isWritten = await TryWriteAsync(next.Payload, next.Spec);
            silo.Give(next.Payload.Length);
            lock (_gate)
            {
                _report = new()
                {
                    Logged = _report.Logged + (isWritten ? 1 : 0),
                    Dropped = _report.Dropped + (isWritten ? 0 : 1),
                    Waiting = _report.Waiting - 1,
                    WaitingBytes = _report.WaitingBytes - next.Payload.Length,
                };
            }
        }
    }

    private async Task<bool> TryWriteAsync(byte[] payload, PayloadLogSpec spec)
    {
        try
        {
            await write(payload, spec);
            _failed = false;
            return true;
        }
        catch (Exception error)
        {
            if (!_failed)
            {
                _failed = true;
                LogNotWritten(error);
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Payloads cannot be written and are dropped until they can")]
    private partial void LogNotWritten(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "A payload could not be encoded and is dropped")]
    private partial void LogNotEncoded(Exception error);
}
