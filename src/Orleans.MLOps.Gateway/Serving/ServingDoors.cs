using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Gateway.Serving.Rest;
using Orleans.MLOps.Gateway.Serving.TensorFlow;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>The doors of foreign serving protocols.</summary>
internal static class ServingDoors
{
    /// <summary>Bytes of a message of the Open Inference Protocol: its tensors may have 64 MiB, and something stands around them.</summary>
    public const int LargestMessage = RequestBody.Largest + (1 << 20);

    public static void AddServingDoors(this IServiceCollection services)
    {
        services.AddHealthChecks();
        services.AddSingleton<UnservedVersions>();
        services.AddSingleton<ServedModels>();
        services.AddSingleton<RestErrors>();
        services.AddSingleton<OpenInferenceRest>();
        services.AddSingleton(provider => new SignatureCache(provider.GetRequiredService<ServedModels>(), TimeProvider.System));
        services.AddSingleton<TensorFlowRest>();
    }

    public static IEndpointConventionBuilder MapServing(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("");
        endpoints.ServiceProvider.GetRequiredService<OpenInferenceRest>().Map(group);
        endpoints.ServiceProvider.GetRequiredService<TensorFlowRest>().Map(group);
        return group;
    }
}
