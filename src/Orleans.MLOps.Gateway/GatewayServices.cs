using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Gateway.Datasets;
using Orleans.MLOps.Gateway.Errors;
using Orleans.MLOps.Gateway.Experiments;
using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Gateway.Features;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Gateway.Models;
using Orleans.MLOps.Gateway.Monitoring;
using Orleans.MLOps.Gateway.Pipelines;
using Orleans.MLOps.Gateway.Serving;
using Orleans.MLOps.Gateway.Serving.OpenInference;
using Orleans.MLOps.Gateway.Training;

namespace Orleans.MLOps.Gateway;

/// <summary>Puts the gRPC and REST doors into an ASP.NET Core host.</summary>
public static class GatewayServices
{
    /// <summary>
    /// Registers the gRPC services, reflection and the health service, and the REST doors. The host registers <see cref="IMlopsClient"/> by
    /// <c>AddMlopsClient()</c>, which also brings what uploads need. gRPC services of the host itself are left alone.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the bounds.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="InvalidInputException">An option is out of its range.</exception>
    public static IServiceCollection AddMlopsGateway(this IServiceCollection services, Action<GatewayOptions>? configure = null)
    {
        var options = new GatewayOptions();
        configure?.Invoke(options);
        options.Check();
        services.AddMlflow();
        services.AddServingDoors();
        services.AddSingleton<ErrorInterceptor>();
        services.AddGrpcReflection();
        services.AddGrpcHealthChecks();
        return services.AddGrpc()
            .AddService<DatasetsService>(options)
            .AddService<FeaturesService>(options)
            .AddService<PipelinesService>(options)
            .AddService<ExperimentsService>(options)
            .AddService<ModelsService>(options)
            .AddService<TrainingService>(options)
            .AddService<ServingService>(options)
            .AddService<MonitoringService>(options)
            .AddService<OpenInferenceService>(new GatewayOptions { MaxMessageBytes = Math.Max(options.MaxMessageBytes, ServingDoors.LargestMessage) })
            .AddService<CatalogService>(options)
            .AddService<SilosService>(options)
            .Services;
    }

    /// <summary>Maps the gRPC services, <c>grpc.reflection</c> and <c>grpc.health</c>; the port they share must speak HTTP/2. Health answers anybody, also when the rest asks for authorization.</summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <remarks>Inference counts itself, so the web server's durations leave it out.</remarks>
    /// <returns>Everything that was mapped, for conventions such as authorization.</returns>
    public static IEndpointConventionBuilder MapMlopsGateway(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        group.MapGrpcService<DatasetsService>();
        group.MapGrpcService<FeaturesService>();
        group.MapGrpcService<PipelinesService>();
        group.MapGrpcService<ExperimentsService>();
        group.MapGrpcService<ModelsService>();
        group.MapGrpcService<TrainingService>();
        group.MapGrpcService<ServingService>().DisableHttpMetrics();
        group.MapGrpcService<OpenInferenceService>().DisableHttpMetrics();
        group.MapGrpcService<MonitoringService>();
        group.MapGrpcService<CatalogService>();
        group.MapGrpcService<SilosService>();
        group.MapGrpcReflectionService();
        group.MapGrpcHealthChecksService().AllowAnonymous();

        // The web server's own bound, 30 MB, would end larger messages that the services allow.
        group.WithMetadata(new MessageSizeOnly());
        return group;
    }

    /// <summary>
    /// Maps MLflow's REST API under <c>/api</c> and <c>/ajax-api</c>, whose other paths answer with JSON 404s, <c>/version</c>, and what its web UI
    /// asks for at the root: <c>/graphql</c>, <c>/get-artifact</c> and <c>/model-versions/get-artifact</c>. The Open Inference Protocol is under <c>/v2</c>, TensorFlow Serving's API under <c>/v1</c>.
    /// </summary>
    /// <param name="endpoints">The host's routes.</param>
    /// <returns>Everything that was mapped, for conventions such as authorization.</returns>
    public static IEndpointConventionBuilder MapMlopsRest(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        group.MapMlflow();
        group.MapServing().DisableHttpMetrics();
        return group;
    }

    // Singletons spare every call an activation.
    private static IGrpcServerBuilder AddService<TService>(this IGrpcServerBuilder builder, GatewayOptions options)
        where TService : class
    {
        builder.Services.AddSingleton<TService>();
        return builder.AddServiceOptions<TService>(service =>
        {
            service.MaxReceiveMessageSize = options.MaxMessageBytes;
            service.MaxSendMessageSize = options.MaxMessageBytes;
            service.EnableDetailedErrors = false;
            service.Interceptors.Add<ErrorInterceptor>();
        });
    }

    private sealed class MessageSizeOnly : IRequestSizeLimitMetadata
    {
        public long? MaxRequestBodySize => null;
    }
}
