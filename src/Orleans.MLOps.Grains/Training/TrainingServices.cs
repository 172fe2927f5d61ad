using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>What the runners of this silo share.</summary>
internal sealed record TrainingServices(
    TrainingExecutor Executor,
    TrainingPreparation Preparation,
    ModelFinishing Finishing,
    TrainingGangs Gangs,
    IGrainFactory Grains,
    IBlobStore Blobs,
    PlatformClock Clock,
    ILogger<TrainingJobRunner> Logger);
