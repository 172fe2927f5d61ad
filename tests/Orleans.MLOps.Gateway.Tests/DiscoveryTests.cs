using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.MLOps.Gateway.Tests.Support;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Tests;

/// <summary>What a client that has neither SDK nor .proto files finds.</summary>
public sealed class DiscoveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reflection_ListServices_NamesEveryRoom()
    {
        await using var host = await GatewayHost.StartAsync();
        using var call = new ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { ListServices = "" }, Token);
        Assert.True(await call.ResponseStream.MoveNext(Token));
        var names = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name).ToArray();
        string[] rooms = ["Datasets", "Features", "Pipelines", "Experiments", "Models", "Training", "Serving", "Monitoring", "Catalog", "Silos"];
        Assert.Superset(rooms.Select(room => $"orleans.mlops.v1.{room}").ToHashSet(), names.ToHashSet());
        Assert.Contains("grpc.health.v1.Health", names);
        await call.RequestStream.CompleteAsync();
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, HealthCheckResponse.Types.ServingStatus.Serving)]
    [InlineData(HealthStatus.Unhealthy, HealthCheckResponse.Types.ServingStatus.NotServing)]
    public async Task Health_OfTheHost_IsTheStandardStatus(HealthStatus health, HealthCheckResponse.Types.ServingStatus status)
    {
        await using var host = await GatewayHost.StartAsync(health);
        var reply = await new Health.HealthClient(host.Channel).CheckAsync(new(), cancellationToken: Token);
        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task Call_BytesByHand_AreUnderstood()
    {
        await using var host = await GatewayHost.StartAsync();
        object?[]? arrived = null;
        host.Platform.Handler = (_, arguments) =>
        {
            arrived = arguments;
            return Task.FromResult(new ModelInfo { Project = "p", Name = "late", LatestVersion = 3 });
        };
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "orleans.mlops.v1.Models", "Get", bytes, bytes);

        // Field 2 (model), length-delimited: "late".
        byte[] request = [0x12, 4, .. "late"u8];
        var reply = await host.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new(cancellationToken: Token), request);
        Assert.Equal(["late", "default"], arrived![..2]);

        // project = "p", name = "late", latest_version = 3, and an empty-by-default created_at.
        byte[] start = [0x0A, 1, (byte)'p', 0x12, 4, .. "late"u8, 0x18, 3];
        Assert.Equal(start, reply[..start.Length]);
    }

    [Fact]
    public async Task Call_UnknownMethod_IsUnimplemented()
    {
        await using var host = await GatewayHost.StartAsync();
        var bytes = Marshallers.Create<byte[]>(value => value, value => value);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "orleans.mlops.v1.Models", "Conjure", bytes, bytes);
        var error = await Assert.ThrowsAsync<RpcException>(
            async () => await host.Channel.CreateCallInvoker().AsyncUnaryCall(method, null, new(cancellationToken: Token), []));
        Assert.Equal(StatusCode.Unimplemented, error.StatusCode);
    }
}
