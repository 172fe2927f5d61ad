using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Hosting;
using Orleans.MLOps.Server.CommandLine;
using Orleans.MLOps.Server.Security;

namespace Orleans.MLOps.Server.Node;

/// <summary>
/// A complete node of the platform inside this process: a silo with its stores, and the doors on two ports.
/// The server's executable, the demo, tests and benchmarks all run this one. Dispose it to stop it.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    private const int StartAttempts = 8;

    private readonly WebApplication _app;
    private readonly ReservedPort[] _reserved;
    private readonly CancellationToken _stopping;
    private readonly Lock _gate = new();
    private Task? _stopped;

    private NodeHost(WebApplication app, NodeOptions options, NodePorts ports, ReservedPort[] reserved, DoorLock doorLock)
    {
        _app = app;
        _reserved = reserved;
        DoorLock = doorLock;
        _stopping = app.Lifetime.ApplicationStopping;
        DataFolder = Path.GetFullPath(options.DataFolder);
        HttpPort = ports.Http;
        GrpcPort = ports.Grpc;
        OrleansGatewayPort = ports.OrleansGateway;
        SiloEndPoint = options.Cluster is { } cluster ? new IPEndPoint(cluster.Address, ports.Silo) : null;
        Listen = options.Listen;
        HttpAddress = NodeAddress.Of(options.Listen, ports.Http, doorLock.Certificate is not null);
        GrpcAddress = NodeAddress.Of(options.Listen, ports.Grpc, doorLock.Certificate is not null);
        Client = app.Services.GetRequiredService<IMlopsClient>();
    }

    /// <summary>The full path of the data folder.</summary>
    public string DataFolder { get; }

    /// <summary>The HTTP port in fact taken.</summary>
    public int HttpPort { get; }

    /// <summary>The gRPC port in fact taken.</summary>
    public int GrpcPort { get; }

    /// <summary>The address that both ports listen on.</summary>
    public IPAddress Listen { get; }

    /// <summary>Where programs on this machine find the HTTP port.</summary>
    public Uri HttpAddress { get; }

    /// <summary>Where programs on this machine find the gRPC port.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>The port for Orleans clients, or null when there is none.</summary>
    public int? OrleansGatewayPort { get; }

    /// <summary>Where other silos of the cluster reach this one; null for an embedded node.</summary>
    public IPEndPoint? SiloEndPoint { get; }

    /// <summary>The node's services, among them <see cref="IGrainFactory"/>.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The platform, co-hosted: calls stay in this process.</summary>
    public IMlopsClient Client { get; }

    /// <summary>Starts a node and returns when the silo is active and every port answers.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="clock">The platform's clocks; null for wall time.</param>
    /// <param name="cancellationToken">Gives up starting; what was started is stopped again.</param>
    /// <exception cref="FailedPreconditionException">A port is in use, another node holds the folder, or a newer program wrote it.</exception>
    /// <exception cref="InvalidInputException">The data folder is no folder that this process may write, a key or certificate is no good, or keys are missing.</exception>
    /// <exception cref="UnavailableException">A database cannot be opened.</exception>
    public static Task<NodeHost> StartAsync(NodeOptions options, PlatformClock? clock = null, CancellationToken cancellationToken = default) =>
        StartAsync(options, clock, FreePort.Find, cancellationToken);

    /// <summary>Completes when the node was told to stop: by <see cref="StopAsync"/>, by one of its own parts, or by the token.</summary>
    public async Task WaitForStopRequestAsync(CancellationToken cancellationToken = default)
    {
        var requested = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var own = _stopping.Register(() => requested.TrySetResult());
        await using var given = cancellationToken.Register(() => requested.TrySetResult());
        await requested.Task;
    }

    /// <summary>Stops the node: doors first, then the silo, within ten seconds. The data folder is free again afterwards. Idempotent.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            return _stopped ??= StopOnceAsync(cancellationToken);
        }
    }

    /// <summary>Stops the node if it still runs.</summary>
    public async ValueTask DisposeAsync() => await StopAsync();

    internal DoorLock DoorLock { get; }

    internal static async Task<NodeHost> StartAsync(NodeOptions options, PlatformClock? clock, Func<int> freePort, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var doorLock = DoorLock.Make(options);
        var reserved = new List<ReservedPort>();
        try
        {
            reserved.Add(ReservedPort.Take(options.Listen, options.HttpPort, "HTTP", "--http"));
            reserved.Add(ReservedPort.Take(options.Listen, options.GrpcPort, "gRPC", "--grpc"));
            if (options.Cluster is { SiloPort: > 0 and var siloPort } own)
            {
                using var probe = ReservedPort.Take(own.Address, siloPort, "other silos", NodeSetting.SiloPort.Option!);
            }

            if (options.OrleansGatewayPort is > 0 and var asked)
            {
                using var probe = ReservedPort.Take(options.Cluster?.Address ?? IPAddress.Loopback, asked, "Orleans clients", "--orleans-gateway");
            }

            for (var attempt = 1; ; attempt++)
            {
                var gateway = options.OrleansGatewayPort == 0 ? freePort() : options.OrleansGatewayPort;
                var silo = options.Cluster is { SiloPort: > 0 } cluster ? cluster.SiloPort : freePort();
                var ports = new NodePorts(reserved[0].EndPoint.Port, reserved[1].EndPoint.Port, silo, gateway);
                try
                {
                    return await StartOnceAsync(options, clock, ports, [.. reserved], doorLock, cancellationToken);
                }
                catch (Exception error) when (attempt < StartAttempts && IsPortTaken(error))
                {
                    // Orleans must be told its port, so another process can take it between finding and listening.
                }
            }
        }
        catch
        {
            reserved.ForEach(port => port.Dispose());
            doorLock.Dispose();
            throw;
        }
    }

    private static async Task<NodeHost> StartOnceAsync(NodeOptions options, PlatformClock? clock, NodePorts ports, ReservedPort[] reserved, DoorLock doorLock, CancellationToken cancellationToken)
    {
        var app = NodeApplication.Build(options, clock, ports, reserved, doorLock);
        try
        {
            app.Services.OpenMlopsStores();
            await app.StartAsync(cancellationToken);
            return new NodeHost(app, options, ports, reserved, doorLock);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    private static bool IsPortTaken(Exception error) => error switch
    {
        AddressInUseException => true,
        SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => true,
        AggregateException many => many.InnerExceptions.Any(IsPortTaken),
        _ => error.InnerException is { } inner && IsPortTaken(inner),
    };

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StopAsync(cancellationToken);
        }
        finally
        {
            await _app.DisposeAsync();
            foreach (var port in _reserved)
            {
                port.Dispose();
            }

            DoorLock.Dispose();
        }
    }
}
