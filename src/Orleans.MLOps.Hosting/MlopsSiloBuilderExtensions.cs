using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.MLOps.Client;
using Orleans.MLOps.Grains;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Hosting.Stores;
using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Storage;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.Serialization;
using Orleans.Storage;

namespace Orleans.MLOps.Hosting;

/// <summary>Puts the platform into a team's own Orleans silo.</summary>
public static class MlopsSiloBuilderExtensions
{
    private const string Echo = "echo";
    private const int LongestModelName = 128;
    private const string AdoNetStorage = $"{GrainServices.StateStorage}-adonet";

    /// <summary>Adds the platform with options that <paramref name="configure"/> sets.</summary>
    /// <inheritdoc cref="AddMlops(ISiloBuilder, MlopsOptions)"/>
    public static ISiloBuilder AddMlops(this ISiloBuilder silo, Action<MlopsOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var options = new MlopsOptions();
        configure(options);
        return silo.AddMlops(options);
    }

    /// <summary>
    /// Adds the stores over one data folder, the grains with their storage, and the co-hosted <see cref="IMlopsClient"/>.
    /// The silo takes the folder's lock and migrates its databases before it joins. Clustering, ports and logging stay with the host.
    /// Grain state is filed under the cluster's ServiceId: a host that changes it no longer sees what it had. Call it once a silo.
    /// </summary>
    /// <exception cref="InvalidInputException">An option breaks its rule; the message names option, value, rule and remedy.</exception>
    public static ISiloBuilder AddMlops(this ISiloBuilder silo, MlopsOptions options)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(options);
        MlopsOptionsValidator.Require(options);
        var storage = new StorageOptions
        {
            DataFolder = Path.GetFullPath(options.DataFolder),
            Postgres = options.Postgres,
            SharedBlobs = options.SharedBlobs is null ? null : Path.GetFullPath(options.SharedBlobs),
            WriteQueueCapacity = options.WriteQueueCapacity,
            AnalyticsThreads = options.AnalyticsThreads,
            AnalyticsMemoryBytes = options.AnalyticsMemoryBytes,
        };
        var services = silo.Services;
        services.AddSingleton<IValidateOptions<MlopsOptions>, MlopsOptionsValidator>();
        services.AddSingleton(Options.Create(options));
        services.TryAddSingleton(_ => DataFolderLock.Acquire(storage.DataFolder));
        services.AddMlopsStorage(storage);
        services.AddSingleton(new TorchScriptPolicy(options.AllowTorchScript));
        services.AddMlopsGrains();
        services.AddMlopsClient();
        services.AddSingleton<StoreOpening>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<StoreOpening>());
        services.PostConfigure<SiloMessagingOptions>(messaging => LimitQueues(messaging, options));
        services.AddKeyedSingleton<IGrainStorage>(
            GrainServices.StateStorage, (provider, _) => new TypedGrainStorage(provider.GetRequiredKeyedService<IGrainStorage>(AdoNetStorage)));
        return silo.AddAdoNetGrainStorage(AdoNetStorage, builder => builder.Configure<Serializer, IOrleansDatabase>((grainStorage, serializer, database) =>
        {
            grainStorage.Invariant = database.Provider;
            grainStorage.ConnectionString = database.ConnectionString;
            grainStorage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
    }

    /// <summary>
    /// Adds a model that is part of this program: a .NET function (<see cref="DelegateEngine"/>), a TorchSharp module (<see cref="TorchModuleEngine"/>) or an engine of
    /// your own. Versions registered with <c>Builtin = name</c> serve it through every door, with canaries, limits, batching and metrics. Add it on every silo
    /// that answers endpoints.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">1 to 128 characters; not <c>echo</c>, which the platform has.</param>
    /// <param name="open">Makes an engine; called for every load, on a thread of its own.</param>
    /// <exception cref="InvalidInputException">The name is empty, too long or taken.</exception>
    public static ISiloBuilder AddMlopsModel(this ISiloBuilder silo, string name, Func<IServiceProvider, IModelEngine> open)
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(open);
        if (name is not { Length: > 0 and <= LongestModelName })
        {
            throw new InvalidInputException($"The model's name has {name?.Length ?? 0} characters; 1 to {LongestModelName} are allowed.", "name");
        }

        if (name == Echo || silo.Services.Any(service => service.ImplementationInstance is HostedModel model && model.Name == name))
        {
            throw new InvalidInputException($"There is a model '{name}' already.", "name");
        }

        silo.Services.AddSingleton(new HostedModel(name, open));
        return silo;
    }

    /// <summary>
    /// Takes the data folder's lock, creates or migrates its databases and opens the stores. The silo does it when it starts;
    /// a host may do it before, so as to end early with one typed error. Idempotent; the lock is held until the host is disposed.
    /// </summary>
    /// <exception cref="FailedPreconditionException">Another process holds the folder, or a newer program wrote it.</exception>
    /// <exception cref="InvalidInputException">The path is no folder that this process can write.</exception>
    /// <exception cref="UnavailableException">A database cannot be opened.</exception>
    public static void OpenMlopsStores(this IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.GetRequiredService<StoreOpening>().Open();
    }

    private static void LimitQueues(SiloMessagingOptions messaging, MlopsOptions options)
    {
        if (messaging.MaxEnqueuedRequestsHardLimit <= 0)
        {
            messaging.MaxEnqueuedRequestsHardLimit = options.MaxQueuedRequests;
        }

        if (messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker <= 0)
        {
            messaging.MaxEnqueuedRequestsHardLimit_StatelessWorker = options.MaxQueuedWorkerRequests;
        }
    }
}
