using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Serving;

/// <summary>Registers and deploys the built-in model that gives back what it is given.</summary>
internal sealed class EchoModel(IServiceProvider services, IHostApplicationLifetime lifetime) : BackgroundService
{
    private const string Name = "echo";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        var client = services.GetRequiredService<IMlopsClient>();
        var version = await client.Models.RegisterAsync(new RegisterModelVersion { Model = Name, OperationId = "built in", Builtin = Name }, stoppingToken);
        await client.Serving.DeployAsync(
            new DeployEndpoint { Name = Name, Model = Name, Variants = [new() { Name = "v1", Version = version.Version }], OperationId = "built in" }, stoppingToken);
    }
}
