using Orleans.Runtime.Placement;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Finds the silo that a grain's key names. A key names one life of a process, so a grain of a dead silo is never placed elsewhere.</summary>
internal sealed class ItsSiloDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var address = SiloKey.Parse(target.GrainIdentity.Key.ToString()!).Address;
        return Array.Find(context.GetCompatibleSilos(target), silo => silo.ToParsableString() == address) is { } found
            ? Task.FromResult(found)
            : throw new UnavailableException($"Silo {address} is not in the cluster.");
    }
}
