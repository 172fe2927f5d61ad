using Orleans.MLOps.Cluster.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Tests.Support;

namespace Orleans.MLOps.Cluster.Tests;

/// <summary>What the cluster leans on goes away under load and comes back; no node is restarted.</summary>
[Collection(TestCluster.OneAtATime)]
public sealed class OutageTests : IAsyncLifetime
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    private TestCluster _cluster = null!;
    private Traffic _traffic = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync("all", "all", "all");
        _traffic = await Traffic.StartAsync(_cluster.Gateways, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _traffic?.Dispose();
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DatabaseAway_ThirtySeconds_PredictionsGoOnWritesAreUnavailableAndAllRecovers(bool hangs)
    {
        await using (var readers = new SteadyPredictions(_traffic, _cluster.Gateways, Cancel))
        {
            var back = Task.Delay(Outage, Cancel);
            var (attempts, others) = (0, new List<string>());
            using var paused = hangs ? new PausedDatabase(_cluster.Postgres) : null;
            await (hangs ? Task.CompletedTask : _cluster.Postgres.StopAsync("fast", Cancel));
            while (!back.IsCompleted)
            {
                others.AddRange(await _traffic.WritesNotUnavailableAsync(Cancel));
                attempts++;
            }

            paused?.Dispose();
            await (hangs ? Task.CompletedTask : _cluster.Postgres.StartAgainAsync(Cancel));
            TestContext.Current.TestOutputHelper!.WriteLine($"{attempts} rounds of refused writes, {readers.Answered} predictions answered");
            Assert.Empty(others);
            await _traffic.RecoverAsync(Cancel);
            readers.RequireAllAnswered();
        }

        Assert.All(Enumerable.Range(0, _cluster.Size), node => Assert.False(_cluster.Node(node).HasExited));
    }

    [Fact]
    public async Task BlobsAway_PredictionsGoOnIngestIsUnavailableAndAllRecovers()
    {
        await using var readers = new SteadyPredictions(_traffic, _cluster.Gateways, Cancel);
        Directory.Move(_cluster.Blobs, _cluster.Blobs + ".away");
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<UnavailableException>(() => _traffic.IngestAsync(Cancel));
            await _traffic.LogAsync(Cancel);
        }

        Directory.Move(_cluster.Blobs + ".away", _cluster.Blobs);
        await _traffic.RecoverAsync(Cancel);
        readers.RequireAllAnswered();
    }

    [Fact]
    public async Task DiskFull_IngestIsResourceExhaustedAndAllElseGoesOn()
    {
        Assert.SkipUnless(SmallFileSystem.Missing is null, SmallFileSystem.Missing ?? "");
        await using var readers = new SteadyPredictions(_traffic, _cluster.Gateways, Cancel);
        using (await SmallFileSystem.CoverAsync(Path.Combine(_cluster.Blobs, ".staging"), "256k"))
        {
            var table = new MemoryStream([.. "id\n"u8, .. Enumerable.Repeat((byte)'1', 1 << 20), (byte)'\n']);
            await Assert.ThrowsAsync<ResourceExhaustedException>(() => _traffic.Client.Datasets.IngestAsync("large", table, DataFormat.Csv, cancellationToken: Cancel));
            await _traffic.LogAsync(Cancel);
            await _traffic.PredictAsync(Traffic.Sure, Cancel);
        }

        await _traffic.RecoverAsync(Cancel);
        readers.RequireAllAnswered();
    }
}
