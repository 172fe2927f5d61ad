namespace Orleans.MLOps.Grains.Serving.Payloads;

/// <summary>The bytes that all payload logs of a silo may hold in memory together.</summary>
internal sealed class PayloadBudget(long most)
{
    private long _held;

    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) <= most)
        {
            return true;
        }

        Give(bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref _held, -bytes);
}
