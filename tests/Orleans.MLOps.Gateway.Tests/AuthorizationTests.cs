using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Gateway.Tests.Support;

namespace Orleans.MLOps.Gateway.Tests;

public sealed class AuthorizationTests
{
    [Fact]
    public void MapMlopsGateway_HostAsksForAuthorization_OnlyHealthStaysOpen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(new FakePlatform().Client);
        builder.Services.AddSingleton<IBlobStore>(new MemoryBlobStore());
        builder.Services.AddHealthChecks();
        builder.Services.AddMlopsGateway();
        using var host = (IDisposable)builder.Build();
        var application = (WebApplication)host;

        application.MapMlopsGateway().RequireAuthorization();

        var endpoints = ((IEndpointRouteBuilder)application).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        Assert.All(endpoints, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<IAuthorizeData>()));
        var open = endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(endpoint => endpoint.RoutePattern.RawText!);
        Assert.NotEmpty(open);
        Assert.All(open, route => Assert.StartsWith("/grpc.health.v1.Health/", route, StringComparison.Ordinal));
    }
}
