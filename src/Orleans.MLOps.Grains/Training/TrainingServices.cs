using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What the runners of this silo share.</summary>
internal sealed record TrainingServices(
    ShardReserving Reserving,
    TrainingSilos Silos,
    IGrainFactory Grains,
    PlatformClock Clock,
    ILogger<TrainingJobRunner> Logger);
