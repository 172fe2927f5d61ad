using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Server.Serving;

/// <summary>Registers and deploys the built-in model that gives back what it is given, at each start of the node unless it is there.</summary>
internal sealed partial class EchoModel(IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<EchoModel> logger) : BackgroundService
{
    private const string Name = "echo";

    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await lifetime.StartedAsync(stoppingToken);
        while (true)
        {
            try
            {
                await ServeAsync(services.GetRequiredService<IMlopsClient>(), stoppingToken);
                return;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // A service that ends by an exception would take the node with it.
                LogNotServed(error.Message);
                await Task.Delay(RetryEvery, clock, stoppingToken);
            }
        }
    }

    private static async Task ServeAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        var version = await client.Models.RegisterAsync(new RegisterModelVersion { Model = Name, OperationId = "built in", Builtin = Name }, cancellationToken);
        try
        {
            await client.Serving.GetAsync(Name, cancellationToken: cancellationToken);
        }
        catch (NotFoundException)
        {
            await client.Serving.DeployAsync(
                new DeployEndpoint { Name = Name, Model = Name, Variants = [new() { Name = "v1", Version = version.Version }], OperationId = Guid.NewGuid().ToString("N") }, cancellationToken);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The model echo cannot be served yet: {Reason}")]
    private partial void LogNotServed(string reason);
}
