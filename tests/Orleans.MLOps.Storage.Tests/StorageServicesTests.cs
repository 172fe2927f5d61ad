using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Storage.Analytics;
using Orleans.MLOps.Storage.GrainStorage;
using Orleans.MLOps.Storage.Logs;
using Orleans.MLOps.Storage.Tables;
using Orleans.MLOps.Storage.Tests.Support;

namespace Orleans.MLOps.Storage.Tests;

public sealed class StorageServicesTests
{
    [Fact]
    public async Task AddMlopsStorage_EveryStore_OpensBelowTheDataFolderAndCloses()
    {
        using var folder = new TempFolder();
        await using (var provider = new ServiceCollection().AddMlopsStorage(new StorageOptions { DataFolder = folder["data"] }).BuildServiceProvider())
        {
            Assert.Same(provider.GetRequiredService<ITables>(), provider.GetRequiredService<ITables>());
            provider.GetRequiredService<IOrleansDatabase>().Prepare();
            Assert.NotNull(provider.GetRequiredService<IBlobStore>());
            Assert.NotNull(provider.GetRequiredService<AnalyticsEngine>());
            await provider.GetRequiredService<ILogStore>().OpenAsync("a", TestContext.Current.CancellationToken);
        }

        var entries = Directory.GetFileSystemEntries(folder["data"]).Select(Path.GetFileName);
        Assert.Superset(new HashSet<string?> { "tables.db", "orleans.db", "blobs", "logs" }, entries.ToHashSet());
    }

    [Fact]
    public void AddMlopsStorage_WrongOption_NamesIt()
    {
        var services = new ServiceCollection();
        Assert.Equal("DataFolder", Assert.Throws<InvalidInputException>(() => services.AddMlopsStorage(new StorageOptions { DataFolder = " " })).Field);
        Assert.Equal("AnalyticsThreads", Assert.Throws<InvalidInputException>(() => services.AddMlopsStorage(new StorageOptions { DataFolder = "x", AnalyticsThreads = 0 })).Field);
    }
}
