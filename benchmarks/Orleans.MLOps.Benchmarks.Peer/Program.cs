using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Orleans.MLOps.Benchmarks.Peer;

if (args is not [var name, var file, var http, var grpc])
{
    Console.Error.WriteLine("usage: Orleans.MLOps.Benchmarks.Peer NAME MODEL.onnx HTTP-PORT GRPC-PORT   (ends when its standard input ends)");
    return 2;
}

using var model = new PeerModel(name, file);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Listen(IPAddress.Loopback, int.Parse(http, CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http1);
    kestrel.Listen(IPAddress.Loopback, int.Parse(grpc, CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2);
});
builder.Services.AddSingleton(model);
builder.Services.AddGrpc();

await using var app = builder.Build();
app.MapGet("/v2/health/live", static context => Task.CompletedTask);
app.MapPost("/v2/models/{model}/infer", new PeerRest(model).InferAsync);
app.MapGrpcService<PeerService>();
await app.StartAsync();
await Console.OpenStandardInput().CopyToAsync(Stream.Null);
return 0;
