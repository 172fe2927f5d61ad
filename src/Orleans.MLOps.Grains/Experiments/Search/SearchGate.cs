using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Keeps searches from taking every reader of the tables, and ends one that takes too long: reads of single things go on beside them.</summary>
internal sealed class SearchGate(PlatformClock clock) : IDisposable
{
    private const int AtOnce = 3;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _places = new(AtOnce);

    /// <exception cref="InvalidInputException">The search did not end in time.</exception>
    /// <exception cref="UnavailableException">Other searches held every place for so long.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> search, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Longest, clock.WallTime);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var begun = false;
        try
        {
            await _places.WaitAsync(ending.Token);
            begun = true;
            return await search(ending.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw begun
                ? new InvalidInputException($"The search did not end within {Longest.TotalSeconds:f0} s; narrow it by experiments, conditions, shorter patterns or steps.", "filter")
                : new UnavailableException($"{AtOnce} searches are under way on this silo and none has ended within {Longest.TotalSeconds:f0} s; try again later.");
        }
        finally
        {
            if (begun)
            {
                _places.Release();
            }
        }
    }

    public void Dispose() => _places.Dispose();
}
