using System.Net;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.MLOps.Benchmarks.Wire;
using Orleans.MLOps.Client;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Gateway;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>A second gRPC door onto the same silo: an empty call, and the platform's gateway over <see cref="UnmonitoredClient"/>.</summary>
internal sealed class BareDoor : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly GrpcChannel _channel;
    private readonly GrpcMlopsClient _unmonitored;

    private BareDoor(WebApplication app)
    {
        _app = app;
        _channel = GrpcChannel.ForAddress(app.Urls.Single());
        _unmonitored = MlopsGrpcClient.Connect(app.Urls.Single());
        Empty = new Bare.BareClient(_channel);
    }

    public Bare.BareClient Empty { get; }

    public IMlopsClient Unmonitored => _unmonitored;

    public static async Task<BareDoor> OpenAsync(BenchmarkNode node)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IMlopsClient>(new UnmonitoredClient(node.Cohosted, node.Grains));
        builder.Services.AddMlopsClient();
        builder.Services.AddSingleton<BareService>();
        builder.Services.AddMlopsGateway();
        var app = builder.Build();
        app.MapMlopsGateway();
        app.MapGrpcService<BareService>();
        await app.StartAsync();
        return new BareDoor(app);
    }

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        _unmonitored.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
