using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Client.Grpc;
using Orleans.MLOps.Server.Security;
using Orleans.MLOps.Server.Tests.Support;

namespace Orleans.MLOps.Server.Tests.Security;

public sealed class RefusalTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_OperatorsMethodWithCallersKey_IsPermissionDeniedInTheSdk()
    {
        await using var host = await StartAsync();
        using var client = MlopsGrpcClient.Connect(new GrpcClientOptions
        {
            Address = new(host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
            ApiKey = LockedNode.CallerKey,
        });

        var error = await Assert.ThrowsAsync<PermissionDeniedException>(() => client.Experiments.ListAsync(cancellationToken: Cancel));

        Assert.StartsWith("The API key 'caller' is no operator key", error.Message, StringComparison.Ordinal);
        Assert.Equal(Grpc.Core.StatusCode.PermissionDenied, Assert.IsType<Grpc.Core.RpcException>(error.InnerException).StatusCode);
    }

    /// <summary>No gRPC method of the platform is for operators only, so this host makes one so.</summary>
    private static async Task<WebApplication> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddDoorPolicies(ApiKeyRing.Make(LockedNode.Keys));
        var host = builder.Build();
        host.UseRouting();
        host.UseAuthorization();
        host.MapPost("/orleans.mlops.v1.Experiments/{method}", () => "").RequireAuthorization(DoorPolicies.Operator);
        await host.StartAsync(Cancel);
        return host;
    }
}
