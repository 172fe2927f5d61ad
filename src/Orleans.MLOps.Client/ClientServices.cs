using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.MLOps.Client.Cohosted;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client;

/// <summary>Registers the SDK.</summary>
public static class ClientServices
{
    /// <summary>
    /// Registers <see cref="IMlopsClient"/> as a singleton over the <see cref="IGrainFactory"/> and <see cref="IBlobStore"/> of
    /// the same process. A registration that is already there wins. Polls with wall time, also when the platform replays.
    /// </summary>
    /// <param name="services">The services of a silo's or an Orleans client's host.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddMlopsClient(this IServiceCollection services)
    {
        services.TryAddSingleton<IStagedIngest>(provider => new GrainStagedIngest(
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<IBlobStore>()));
        services.TryAddSingleton<IMlopsClient>(provider => new GrainMlopsClient(
            provider.GetRequiredService<IGrainFactory>(), provider.GetRequiredService<IBlobStore>(), TimeProvider.System));
        return services;
    }

    /// <summary>Registers <see cref="IMlopsClient"/> as a singleton that talks gRPC; its channel closes with the container.</summary>
    /// <param name="services">The services of any host.</param>
    /// <param name="options">Address, bounds and retries.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static IServiceCollection AddMlopsGrpcClient(this IServiceCollection services, GrpcClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        services.TryAddSingleton<IMlopsClient>(_ => MlopsGrpcClient.Connect(options));
        return services;
    }
}
