namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>
/// Which durable label frames have not surely reached the windows that they feed. A frame whose delivery failed is owed until a repetition
/// succeeds; the receiver drops repetitions by the frame's number. For one grain: not thread-safe, calls may overlap at awaits.
/// </summary>
/// <param name="most">So many frames may be on their way or owed.</param>
/// <param name="bring">Brings a frame to its windows, under the version of their view if that is known.</param>
internal sealed class WindowDelivery(int most, Func<LabelFrame, int?, Task> bring)
{
    private readonly Queue<LabelFrame> _owed = new();
    private Task _settling = Task.CompletedTask;
    private int _underWay;

    /// <summary>Frames that wait for a repetition.</summary>
    public int Owed => _owed.Count;

    /// <summary>Adds a frame to be brought by the next <see cref="SettleAsync"/>.</summary>
    public void Owe(LabelFrame frame) => _owed.Enqueue(frame);

    /// <summary>To be asked before another frame is made durable.</summary>
    /// <exception cref="UnavailableException">Too many frames are on their way or owed.</exception>
    public void RequireRoom()
    {
        if (_owed.Count + _underWay >= most)
        {
            throw new UnavailableException($"{_owed.Count + _underWay} batches of labels wait for the windows that they feed; {most} may. Try again later.");
        }
    }

    /// <summary>Brings a frame now; when that fails the frame is owed and the failure is the caller's.</summary>
    public async Task DeliverAsync(LabelFrame frame, int? viewVersion)
    {
        _underWay++;
        try
        {
            await bring(frame, viewVersion);
        }
        catch (Exception)
        {
            _owed.Enqueue(frame);
            throw;
        }
        finally
        {
            _underWay--;
        }
    }

    /// <summary>Brings everything owed, oldest first; stops at the first failure. Overlapping calls share one attempt.</summary>
    public Task SettleAsync()
    {
        if (!_settling.IsCompleted)
        {
            return _settling;
        }

        return _owed.Count == 0 ? Task.CompletedTask : _settling = BringOwedAsync();
    }

    private async Task BringOwedAsync()
    {
        for (var frames = _owed.Count; frames > 0; frames--)
        {
            var frame = _owed.Peek();
            await bring(frame, null);
            _owed.Dequeue();
        }
    }
}
