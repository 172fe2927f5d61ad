using Microsoft.Extensions.DependencyInjection;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The platform, resolved when a request needs it: routes are mapped before a silo opens its stores in their own order.</summary>
internal sealed class LateClient(IServiceProvider services)
{
    public IMlopsClient Client => services.GetRequiredService<IMlopsClient>();
}
