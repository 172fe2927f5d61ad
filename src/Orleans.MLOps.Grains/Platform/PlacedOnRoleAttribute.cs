using Orleans.Placement;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Where grains of a class live while a silo of the role is there.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlacedOnRoleAttribute(string role) : PlacementFilterAttribute(new RoleFilterStrategy(role))
{
    /// <summary>The role.</summary>
    public string Role => role;
}
