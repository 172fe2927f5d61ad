using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Gateway.Tests.Support;

/// <summary>The gateway on a free loopback port, over a fake platform, with a client of the SDK.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication application;

    private GatewayHost(WebApplication application)
    {
        this.application = application;
        var addresses = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new(addresses.Addresses.Single());
        Client = MlopsGrpcClient.Connect(new GrpcClientOptions { Address = Address, Retries = 3, RetryDelay = TimeSpan.FromMilliseconds(1) });
        Channel = GrpcChannel.ForAddress(Address);
    }

    public Uri Address { get; }

    public GrpcMlopsClient Client { get; }

    /// <summary>A channel for clients that do not know the SDK.</summary>
    public GrpcChannel Channel { get; }

    public FakePlatform Platform { get; private init; } = null!;

    public FakeIngest Ingest { get; private init; } = null!;

    public MemoryBlobStore Blobs { get; private init; } = null!;

    public LogLines Log { get; private init; } = null!;

    public static async Task<GatewayHost> StartAsync(HealthStatus health = HealthStatus.Healthy, int port = 0, bool rest = false)
    {
        var platform = new FakePlatform();
        var ingest = new FakeIngest();
        var blobs = new MemoryBlobStore();
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(platform.Client);
        builder.Services.AddSingleton<IStagedIngest>(ingest);
        builder.Services.AddSingleton<IBlobStore>(blobs);
        builder.Services.AddHealthChecks().AddCheck("node", () => new HealthCheckResult(health));
        builder.Services.AddMlopsGateway();
        var application = builder.Build();
        application.MapMlopsGateway();
        if (rest)
        {
            // The many routes make a first request slow, which tests of short time-outs would notice.
            application.MapMlopsRest();
        }

        await application.StartAsync(TestContext.Current.CancellationToken);
        return new(application) { Platform = platform, Ingest = ingest, Blobs = blobs, Log = log };
    }

    /// <summary>Ends the gateway at once, breaking the calls under way, as the end of its process would.</summary>
    public Task KillAsync() => application.StopAsync(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Channel.Dispose();
        await application.DisposeAsync();
    }
}
