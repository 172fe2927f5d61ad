using Orleans.MLOps.Gateway.Serving;
using Orleans.MLOps.Server.Node;

namespace Orleans.MLOps.Server.Serving;

/// <summary>Serves what the command line names.</summary>
internal static class ModelFolderServices
{
    public static void AddModelFolder(this IServiceCollection services, NodeOptions options)
    {
        if (options.Echo)
        {
            services.AddHostedService(provider => new EchoModel(provider, provider.GetRequiredService<IHostApplicationLifetime>(), TimeProvider.System, provider.GetRequiredService<ILogger<EchoModel>>()));
        }

        if (options.Models is { } folder)
        {
            var path = Path.GetFullPath(folder);
            services.AddHostedService(provider => new ModelFolder(
                path, provider, provider.GetRequiredService<IHostApplicationLifetime>(), provider.GetRequiredService<UnservedVersions>(), TimeProvider.System, provider.GetRequiredService<ILogger<ModelFolder>>()));
        }
    }

    /// <summary>Returns when the node has started: before that its silo answers nobody.</summary>
    public static async Task StartedAsync(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }
}
