using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests;

public sealed class ClientServicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddMlopsClient_NoBlobStore_RefusesBytesAndNamesGrpc()
    {
        var client = Client(new(_ => Task.FromResult(new ModelInfo { Project = "p", Name = "m" })));
        Assert.Equal("m", (await client.Models.GetAsync("m", cancellationToken: Token)).Name);
        Func<Task>[] calls =
        [
            () => client.Datasets.IngestAsync("d", new MemoryStream([1]), DataFormat.Csv, cancellationToken: Token),
            () => client.Datasets.DownloadAsync(new('a', 64), new MemoryStream(), Token),
            () => client.Experiments.LogArtifactAsync(new('b', 32), "p", new MemoryStream([1]), Token),
        ];
        foreach (var call in calls)
        {
            var error = await Assert.ThrowsAsync<FailedPreconditionException>(call);
            Assert.Contains("AddMlopsGrpcClient", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Retries")]
    [InlineData("RetryDelay")]
    [InlineData("RetryWindow")]
    public void AddMlopsClient_OptionOutOfRange_NamesIt(string option)
    {
        var options = option switch
        {
            "Retries" => new GrainClientOptions { Retries = 21 },
            "RetryDelay" => new GrainClientOptions { RetryDelay = TimeSpan.Zero },
            _ => new GrainClientOptions { RetryWindow = TimeSpan.FromDays(2) },
        };
        var error = Assert.Throws<InvalidInputException>(() => new ServiceCollection().AddMlopsClient(options));
        Assert.Equal(option, error.Field);
        Assert.Contains("allowed", error.Message, StringComparison.Ordinal);
    }

    private static IMlopsClient Client(FakeGrains grains) =>
        new ServiceCollection().AddSingleton(grains.Factory).AddMlopsClient().BuildServiceProvider().GetRequiredService<IMlopsClient>();
}
