namespace Orleans.MLOps.Grains.Platform;

/// <summary>Places a grain on the silo that its key names; see <see cref="ItsSiloDirector"/>.</summary>
internal sealed class ItsSiloPlacement : PlacementStrategy;
