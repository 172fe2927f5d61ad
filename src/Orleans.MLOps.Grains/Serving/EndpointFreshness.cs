using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;
using Orleans.Storage;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Compares an activation with what is stored. After a change of membership two silos may each hold an activation of one endpoint for a
/// while; only one can write, and the other must neither answer nor refuse by what it remembers.
/// </summary>
internal sealed class EndpointFreshness([FromKeyedServices(GrainServices.StateStorage)] IGrainStorage storage, PlatformClock clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What is stored when it is not what the activation remembers; otherwise null.</summary>
    /// <exception cref="UnavailableException">The store cannot be asked now.</exception>
    public async Task<EndpointState?> FindOtherAsync(GrainId endpoint, string? knownETag)
    {
        var stored = new GrainState<EndpointState>(new EndpointState());
        try
        {
            await storage.ReadStateAsync(EndpointGrain.StateName, endpoint, stored).WaitAsync(Patience, clock.WallTime);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new UnavailableException($"The state of {endpoint} cannot be read: {error.Message}", inner: error);
        }

        return stored.ETag == knownETag ? null : stored.State ?? new EndpointState();
    }
}
