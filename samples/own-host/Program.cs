using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.MLOps;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Gateway;
using Orleans.MLOps.Hosting;
using OwnHost;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(FreePort(), gatewayPort: 0)
    .AddMlops(options => options.DataFolder = builder.Configuration["data"] ?? "mlops-data"));
builder.Services.AddMlopsGateway();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));

await using var app = builder.Build();
app.MapMlopsGateway();
await app.StartAsync();

var grains = app.Services.GetRequiredService<IGrainFactory>();
var cohosted = app.Services.GetRequiredService<IMlopsClient>();
await LatenessModel.DeployAsync(grains, app.Services.GetRequiredService<IBlobStore>(), cohosted);
Console.WriteLine($"own grain parcel 7 is late with probability {await grains.GetGrain<IParcelGrain>("parcel-7").AskLateness(1.1, 730):f4}");

using var overGrpc = MlopsGrpcClient.Connect(app.Urls.Single());
foreach (var (road, client) in new (string, IMlopsClient)[] { ("co-hosted", cohosted), ("gRPC", overGrpc) })
{
    foreach (var line in await Tour.RunAsync(client, road))
    {
        Console.WriteLine($"{road,-9} {line}");
    }
}

await app.StopAsync();

static int FreePort()
{
    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    return ((IPEndPoint)socket.LocalEndPoint!).Port;
}
