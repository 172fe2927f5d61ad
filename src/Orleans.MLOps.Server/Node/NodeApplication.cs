using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Orleans.Configuration;
using Orleans.Dashboard;
using Orleans.MLOps.Gateway;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Server.Serving;
using Orleans.MLOps.Server.Web;

namespace Orleans.MLOps.Server.Node;

/// <summary>Composes the parts of a node. Nothing is taken from the machine but what the options bring along.</summary>
internal static class NodeApplication
{
    private const string Cluster = "mlops";

    // Doors drain first, then grains save and leave; together they stay below the ten seconds a supervisor waits.
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan DeactivationTime = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ShutdownTime = TimeSpan.FromSeconds(8);

    public static WebApplication Build(NodeOptions options, PlatformClock? clock, NodePorts ports, ReservedPort[] reserved, DoorLock doorLock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "Orleans.MLOps.Server",
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environments.Production,
        });
        if (options.Configuration is { } configuration)
        {
            builder.Configuration.AddConfiguration(configuration);
        }

        var started = false;
        NodeLogging.Add(builder.Logging, builder.Configuration, options.Verbose, () => Volatile.Read(ref started));
        AddDoors(builder, options, ports, reserved, doorLock);
        AddSilo(builder, options, ports);
        builder.AddNodeTraces(options);
        if (clock is not null)
        {
            builder.Services.AddSingleton(clock);
        }

        builder.Services.AddSingleton<IHostLifetime, EmbeddedLifetime>();
        builder.Services.AddModelFolder(options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTime);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => Volatile.Write(ref started, true));
        app.Use(app.Services.GetRequiredService<RequestDrain>().InvokeAsync);
        if (doorLock.Keys.Count == 0)
        {
            app.RequireLoopbackHost();
        }

        app.UseRouting();
        if (doorLock.Keys.Count > 0)
        {
            app.UseAuthorization();
        }

        app.MapMlopsGateway().RequireAuthorization(DoorPolicies.Caller);
        app.MapMlopsRest().RequireAuthorization(DoorPolicies.RestCaller);
        app.MapOrleansDashboard("/dashboard").RequireAuthorization(DoorPolicies.OperatorPage);
        app.MapNodePages(options);
        app.MapDevelopment(options);
        return app;
    }

    private static void AddDoors(WebApplicationBuilder builder, NodeOptions options, NodePorts ports, ReservedPort[] reserved, DoorLock doorLock)
    {
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(reserved[0].EndPoint, listen => Speak(listen, HttpProtocols.Http1, doorLock.Certificate));
            kestrel.Listen(reserved[1].EndPoint, listen => Speak(listen, HttpProtocols.Http2, doorLock.Certificate));
        });
        builder.Services.Configure<SocketTransportOptions>(sockets =>
            sockets.CreateBoundListenSocket = endpoint => Array.Find(reserved, port => port.EndPoint.Equals(endpoint))?.Socket ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint));
        // Without keys everybody may pass every door, and asking so at each request costs an inference some of its time.
        builder.Services.AddRouting(routing => routing.SuppressCheckForUnhandledSecurityMetadata = doorLock.Keys.Count == 0);
        builder.Services.AddDoorPolicies(doorLock.Keys);
        builder.Services.AddMlopsGateway();
        builder.Services.AddSingleton(provider => new RequestDrain(provider.GetRequiredService<IHostApplicationLifetime>(), DrainTime));
        builder.Services.AddSingleton<NodeReadiness>();
        if (options.Metrics)
        {
            builder.Services.AddSingleton<NodeMetrics>();
        }

        builder.Services.AddHealthChecks().AddCheck<NodeReadiness>("node");
        builder.Services.AddSingleton(ports);
    }

    private static void Speak(ListenOptions listen, HttpProtocols protocols, TlsCertificate? certificate)
    {
        listen.Protocols = protocols;
        if (certificate is not null)
        {
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate.Leaf, ServerCertificateChain = certificate.Chain });
        }
    }

    private static void AddSilo(WebApplicationBuilder builder, NodeOptions options, NodePorts ports) =>
        builder.UseOrleans(silo =>
        {
            if (options.Cluster is { } cluster)
            {
                silo.UseMlopsCluster(new MlopsClusterOptions
                {
                    Postgres = cluster.Postgres,
                    Cluster = cluster.Name,
                    Address = cluster.Address,
                    SiloPort = ports.Silo,
                    GatewayPort = ports.OrleansGateway ?? 0,
                    ExchangePort = cluster.ExchangePort,
                    Role = cluster.Role,
                    Accelerator = cluster.Accelerator,
                    DeathAfter = cluster.DeathAfter,
                });
            }
            else
            {
                silo.UseLocalhostClustering(ports.Silo, ports.OrleansGateway ?? 0, primarySiloEndpoint: null, serviceId: Cluster, clusterId: Cluster);
            }

            silo.AddNodeTraces(options);
            silo.Configure<GrainCollectionOptions>(collection => collection.DeactivationTimeout = DeactivationTime);
            silo.AddDashboard(dashboard => dashboard.HideTrace = true);
            silo.AddMlops(platform =>
            {
                platform.DataFolder = options.DataFolder;
                platform.Postgres = options.Cluster?.Postgres;
                platform.SharedBlobs = options.Cluster?.Blobs;
                platform.AllowTorchScript = options.TorchScript;
            });
        });
}
