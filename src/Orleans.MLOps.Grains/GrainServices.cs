using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains;

/// <summary>Registers what the grains of a silo need beside storage.</summary>
public static class GrainServices
{
    /// <summary>The name of the grain storage provider that holds the state of all grains.</summary>
    public const string StateStorage = "mlops";

    /// <summary>Adds the services. A <see cref="PlatformClock"/> registered before stays; otherwise event time is wall time.</summary>
    public static IServiceCollection AddMlopsGrains(this IServiceCollection services)
    {
        services.TryAddSingleton(PlatformClock.System);
        services.AddSingleton<CatalogTable>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, RecoveryTask>();
        services.AddDatasets();
        return services;
    }
}
