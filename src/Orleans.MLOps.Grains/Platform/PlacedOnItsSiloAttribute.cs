using Orleans.Placement;

namespace Orleans.MLOps.Grains.Platform;

/// <summary>Grains of a class live on the silo that their <see cref="SiloKey"/> names.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PlacedOnItsSiloAttribute() : PlacementAttribute(new ItsSiloPlacement());
