using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>
/// Keeps the silos of a role, and all when there is none: such a grain answers everywhere, but does the work of its role only where it
/// belongs, so a missing role is a state that callers see and not an exception.
/// </summary>
internal sealed class RoleFilter(SiloDirectory directory) : IPlacementFilterDirector
{
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        var role = ((RoleFilterStrategy)filterStrategy).Role;
        return KeepOrAll(silos, silo => directory.Does(silo, role));
    }

    /// <summary>Those that fit, and all when none does.</summary>
    internal static T[] KeepOrAll<T>(IEnumerable<T> silos, Predicate<T> fits)
    {
        T[] all = [.. silos];
        var fitting = Array.FindAll(all, fits);
        return fitting.Length > 0 ? fitting : all;
    }
}
