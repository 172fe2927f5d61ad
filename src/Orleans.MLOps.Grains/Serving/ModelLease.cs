namespace Orleans.MLOps.Grains.Serving;

/// <summary>Keeps a model loaded until it is disposed.</summary>
internal sealed class ModelLease(LoadedModel model, Action release) : IDisposable
{
    private int _released;

    public LoadedModel Model { get; } = model;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            release();
        }
    }
}
