using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Registers what dataset grains need.</summary>
internal static class DatasetServices
{
    public static IServiceCollection AddDatasets(this IServiceCollection services) => services
        .AddSingleton<WorkFolders>()
        .AddSingleton<DatasetIngest>()
        .AddSingleton<DatasetSplits>()
        .AddSingleton<IngestJournal>()
        .AddSingleton<IRoomRecovery, DatasetRecovery>();
}
