using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.TestingHost;

namespace Orleans.MLOps.Client.Tests.Cohosted;

/// <summary>The SDK in a host that is only an Orleans client of a cluster.</summary>
public sealed class OrleansClientTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Call_ThroughAnOrleansClient_ReachesTheGrainAndBringsBackTypedErrors()
    {
        await using var cluster = await StartAsync(silos: 1);
        var client = cluster.Client.ServiceProvider.GetRequiredService<IMlopsClient>();
        Assert.Equal("m", (await client.Models.GetAsync("m", "p", Token)).Name);
        var error = await Assert.ThrowsAsync<NotFoundException>(() => client.Models.GetVersionAsync("m", 7, "p", Token));
        Assert.Equal(("There is no version 7.", "version"), (error.Message, error.Field));
    }

    [Fact]
    public async Task Call_SiloDiesDuringIt_IsRepeatedAndAnotherSiloAnswers()
    {
        await using var cluster = await StartAsync(silos: 2);
        var client = cluster.Client.ServiceProvider.GetRequiredService<IMlopsClient>();
        var waiting = StandInModelGrain.Silent["dying"] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var call = client.Models.GetAsync("dying", "p", Token);
        var silo = await waiting.Task.WaitAsync(Token);
        await cluster.KillSiloAsync(cluster.Silos.Single(candidate => candidate.SiloAddress.Equals(silo)), Token);
        Assert.Equal("dying", (await call).Name);
    }

    private static async Task<InProcessTestCluster> StartAsync(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureClient(client =>
        {
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = TimeSpan.FromSeconds(3));
            client.Services.AddMlopsClient(new GrainClientOptions { Retries = 10 });
        });
        var cluster = builder.Build();
        await cluster.DeployAsync(Token);
        return cluster;
    }
}
