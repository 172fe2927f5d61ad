using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.Blobs;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Postgres;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Storage;

/// <summary>Puts the stores into a service collection.</summary>
public static class StorageServices
{
    /// <summary>
    /// Registers <see cref="ITables"/>, <see cref="IBlobStore"/>, <see cref="AnalyticsEngine"/>, <see cref="ILogStore"/> and <see cref="IOrleansDatabase"/> as singletons: over
    /// one data folder, where each opens and migrates its files when it is first resolved, or over PostgreSQL, whose schema must be there. A <see cref="TimeProvider"/> is added when none is registered.
    /// </summary>
    /// <exception cref="InvalidInputException">An option is out of its range; the message names it.</exception>
    public static IServiceCollection AddMlopsStorage(this IServiceCollection services, StorageOptions options)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<IBlobStore>(provider => new FolderBlobStore(options.BlobsFolder, options.SharedBlobs is not null, Logger<FolderBlobStore>(provider)));
        services.AddSingleton(_ => new AnalyticsEngine(options));
        if (options.Postgres is { } connectionString)
        {
            PostgresSource.Complete(connectionString);
            services.AddSingleton(_ => new PostgresSource(connectionString));
            services.AddSingleton<IOrleansDatabase>(provider => new PostgresDatabase(provider.GetRequiredService<PostgresSource>()));
            services.AddSingleton<ITables>(provider => new PostgresTables(provider.GetRequiredService<PostgresSource>(), options.WriteQueueCapacity, Logger<PostgresTables>(provider)));
            services.AddSingleton<ILogStore, TableLogStore>();
        }
        else
        {
            services.AddSingleton<ITables>(provider => SqliteTables.Open(options, provider.GetRequiredService<TimeProvider>(), Logger<SqliteTables>(provider)));
            services.AddSingleton<ILogStore>(provider => new SegmentLogStore(options, Logger<SegmentLogStore>(provider)));
            services.AddSingleton<IOrleansDatabase>(provider => new OrleansDatabase(options, provider.GetRequiredService<TimeProvider>()));
        }

        return services;
    }

    private static ILogger<T> Logger<T>(IServiceProvider provider) => provider.GetService<ILogger<T>>() ?? NullLogger<T>.Instance;
}
