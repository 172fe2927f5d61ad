using Microsoft.Extensions.DependencyInjection;
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
    public async Task Call_SiloOfTheGrainIsKilled_IsRepeatedUntilAnotherSiloAnswers()
    {
        await using var cluster = await StartAsync(silos: 3);
        var client = cluster.Client.ServiceProvider.GetRequiredService<IMlopsClient>();
        var names = Enumerable.Range(0, 20).Select(number => $"m{number}").ToArray();
        await Task.WhenAll(names.Select(name => client.Models.GetAsync(name, "p", Token)));
        var killing = cluster.KillSiloAsync(cluster.Silos[^1], Token);
        foreach (var name in names)
        {
            Assert.Equal(name, (await client.Models.GetAsync(name, "p", Token)).Name);
        }

        await killing;
    }

    private static async Task<InProcessTestCluster> StartAsync(short silos)
    {
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureClient(client => client.Services.AddMlopsClient(new GrainClientOptions { Retries = 10 }));
        var cluster = builder.Build();
        await cluster.DeployAsync(Token);
        return cluster;
    }
}
