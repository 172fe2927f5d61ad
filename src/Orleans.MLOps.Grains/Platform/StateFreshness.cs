using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>
/// Compares an activation with what is stored. After a change of membership two silos may each hold an activation of one grain for a
/// while; only one can write, and the other must not refuse by what it remembers.
/// </summary>
internal sealed class StateFreshness([FromKeyedServices(GrainServices.StateStorage)] IGrainStorage storage, PlatformClock clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WriteTime = TimeSpan.FromMilliseconds(100);

    /// <summary>What is stored, and its etag, null without any.</summary>
    /// <exception cref="UnavailableException">The store cannot be asked now.</exception>
    public async Task<(T State, string? ETag)> ReadAsync<T>(IGrainBase grain, string stateName)
        where T : class, new()
    {
        var stored = new GrainState<T>(new T());
        try
        {
            await storage.ReadStateAsync(stateName, grain.GrainContext.GrainId, stored).WaitAsync(Patience, clock.WallTime);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new UnavailableException($"The state of {grain.GrainContext.GrainId} cannot be read: {error.Message}", inner: error);
        }

        return (stored.State ?? new T(), stored.ETag);
    }

    /// <summary>Whether something else is stored than the activation remembers. The activation makes way then.</summary>
    /// <exception cref="UnavailableException">The store cannot be asked now.</exception>
    public async Task<bool> IsOvertakenAsync<T>(IGrainBase grain, string stateName, IPersistentState<T> known)
        where T : class, new()
    {
        var before = known.Etag;
        var (_, etag) = await ReadAsync<T>(grain, stateName);
        if (etag == before || etag == known.Etag)
        {
            return false;
        }

        // A write of the activation's own may have reached the store before its answer came back.
        await Task.Delay(WriteTime, clock.WallTime);
        if (etag == known.Etag || known.Etag != before)
        {
            return false;
        }

        grain.DeactivateOnIdle();
        return true;
    }

    /// <summary>Gives an absence back once the store has none of what the activation misses either.</summary>
    /// <exception cref="UnavailableException">Another activation has written meanwhile, or the store cannot be asked: the caller may repeat.</exception>
    public async Task<NotFoundException> ConfirmAsync<T>(IGrainBase grain, string stateName, IPersistentState<T> known, NotFoundException absence)
        where T : class, new() =>
        await IsOvertakenAsync(grain, stateName, known)
            ? throw new UnavailableException($"{grain.GrainContext.GrainId} was changed by another silo meanwhile; repeat the call.")
            : absence;
}
