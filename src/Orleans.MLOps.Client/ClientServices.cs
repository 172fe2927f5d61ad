using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Client.Cohosted;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client;

/// <summary>Registers the SDK.</summary>
public static class ClientServices
{
    /// <inheritdoc cref="AddMlopsClient(IServiceCollection, GrainClientOptions)"/>
    public static IServiceCollection AddMlopsClient(this IServiceCollection services) => services.AddMlopsClient(new GrainClientOptions());

    /// <summary>
    /// Registers <see cref="IMlopsClient"/> as a singleton over the <see cref="IGrainFactory"/> of the same process: of its silo, or of
    /// the cluster that <c>UseOrleansClient</c> connects it to. A registration that is already there wins. Polls with wall time,
    /// also when the platform replays.
    /// </summary>
    /// <remarks>
    /// Bytes go past the grains, straight to the <see cref="IBlobStore"/> of the process. A silo with <c>AddMlops</c> has one. An Orleans
    /// client has none unless its host registers one over the very storage that the silos use; without it
    /// <see cref="IDatasetsClient.IngestAsync"/>, <see cref="IDatasetsClient.DownloadAsync"/>, <see cref="MLOps.Models.IModelsClient.UploadAsync"/> and
    /// <see cref="MLOps.Experiments.IExperimentsClient.LogArtifactAsync"/> throw <see cref="FailedPreconditionException"/>, and everything else
    /// works. Use <see cref="AddMlopsGrpcClient"/> or <see cref="MlopsGrpcClient"/> for these.
    /// </remarks>
    /// <param name="services">The services of a silo's or an Orleans client's host.</param>
    /// <param name="options">Repeats of idempotent calls.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static IServiceCollection AddMlopsClient(this IServiceCollection services, GrainClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        var calls = new GrainCalls(options, TimeProvider.System);
        services.TryAddSingleton(provider => new KnownGrains(provider.GetRequiredService<IGrainFactory>(), provider.GetService<ILocalInference>()));
        services.TryAddSingleton<IStagedIngest>(provider => new GrainStagedIngest(
            provider.GetRequiredService<KnownGrains>(), Blobs(provider), calls));
        services.TryAddSingleton<IMlopsClient>(provider => new GrainMlopsClient(
            provider.GetRequiredService<KnownGrains>(), Blobs(provider), TimeProvider.System, calls));
        return services;
    }

    /// <summary>Registers <see cref="IMlopsClient"/> as a singleton that talks gRPC; its connections close with the container.</summary>
    /// <param name="services">The services of any host.</param>
    /// <param name="options">Addresses, bounds and retries.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static IServiceCollection AddMlopsGrpcClient(this IServiceCollection services, GrpcClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        services.TryAddSingleton<IMlopsClient>(_ => MlopsGrpcClient.Connect(options));
        return services;
    }

    private static IBlobStore Blobs(IServiceProvider provider) => provider.GetService<IBlobStore>() ?? new MissingBlobStore();
}
