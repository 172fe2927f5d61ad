namespace Orleans.MLOps.Client.Models.Oci;

/// <summary>Ends a request that has stood still for too long; every piece that moves starts the time anew.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly CancellationToken caller;
    private readonly TimeSpan timeout;

    public Patience(TimeSpan timeout, CancellationToken caller)
    {
        (this.timeout, this.caller) = (timeout, caller);
        source = CancellationTokenSource.CreateLinkedTokenSource(caller);
        Renew();
    }

    public CancellationToken Token => source.Token;

    public void Renew() => source.CancelAfter(timeout);

    /// <summary>What the caller is told when a request was cancelled or broke.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="registry">The host.</param>
    public Exception Translate(Exception error, string registry) => error switch
    {
        OperationCanceledException when caller.IsCancellationRequested => new OperationCanceledException(error.Message, error, caller),
        OperationCanceledException => new TimeoutException($"Registry '{registry}' stood still for {timeout}.", error),
        _ => new UnavailableException($"Registry '{registry}' cannot be reached: {error.Message}", inner: error),
    };

    public void Dispose() => source.Dispose();
}
