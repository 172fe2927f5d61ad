using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Whether an endpoint's log holds what failed to be appended. A database may still commit a write whose answer was lost, so nobody may be
/// told that it is not there before another frame stands in its place.
/// </summary>
internal sealed class SealDoubt : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private uint? _recorder;

    /// <summary>Appends; a failure leaves a doubt, a success ends the one before it, because frames have places.</summary>
    public async Task<LogPosition> AppendAsync(uint recorder, Func<ValueTask<LogPosition>> append)
    {
        await _one.WaitAsync();
        try
        {
            _recorder = recorder;
            var position = await append();
            _recorder = null;
            return position;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Ends a doubt.</summary>
    public async Task SettleAsync(Func<uint, ValueTask> settle)
    {
        await _one.WaitAsync();
        try
        {
            if (_recorder is { } recorder)
            {
                await settle(recorder);
                _recorder = null;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
