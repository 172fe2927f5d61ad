using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>Threads of silos that a generation of a job holds.</summary>
/// <param name="Placement">Which silo holds them for which ranks.</param>
/// <param name="Exchange">Where the first silo takes the others' connections; null when it is alone.</param>
internal sealed record ShardReservation(ShardPlacement[] Placement, string? Exchange);
