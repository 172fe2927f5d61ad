using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>What the runners of this silo share.</summary>
internal sealed record ScoringServices(
    ScoringWork Work, SiloDirectory Silos, IGrainFactory Grains, IBlobStore Blobs, PlatformClock Clock, ILogger<ScoringRunner> Logger)
{
    public static void Register(IServiceCollection services) => services
        .AddSingleton(ScoringOptions.Default)
        .AddSingleton<ScoringThreads>()
        .AddSingleton<ScoringWork>()
        .AddSingleton<ScoringParts>()
        .AddSingleton<ScoringServices>()
        .AddSingleton<ScoringAdmission>()
        .AddSingleton<IRoomRecovery, ScoringRecovery>();
}
