using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.Storage;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class DatasetRecoveryTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly DatasetWorld _world = new(platform);

    [Fact]
    public async Task Restart_AfterCompletedIngest_KeepsVersionProfileAndSplits()
    {
        var version = await _world.IngestCsvAsync("kept", "x\n1\n2\n3\n4\n5\n6\n7\n8\n");
        var profile = await _world.Datasets.GetProfileAsync("kept", version.Digest);
        var split = await _world.Datasets.CreateSplitAsync("kept", version.Digest, new CreateSplit { Name = "s", Spec = new SplitSpec { TrainFraction = 0.5 } });

        await platform.RestartAsync();

        Assert.Equivalent(version, await _world.Datasets.GetAsync("kept"));
        Assert.Equivalent(profile, await _world.Datasets.GetProfileAsync("kept", version.Digest));
        Assert.Equivalent(split, await _world.Datasets.CreateSplitAsync("kept", version.Digest, new CreateSplit { Name = "s", Spec = new SplitSpec { TrainFraction = 0.5 } }));
        Assert.True((await _world.Datasets.VerifySplitAsync("kept", version.Digest, "s")).Verified);
    }

    [Fact]
    public async Task Restart_InterruptedAfterTheRawBytesWereCommitted_GoesOn()
    {
        var staged = await _world.StageAsync("x\n1\n2\n");
        await _world.Blobs.CommitAsync(staged);
        await InterruptAsync("goes-on", "o", staged);

        await platform.RestartAsync();

        var progress = await _world.EndOfAsync("goes-on", "o");
        Assert.Equal((IngestStatus.Completed, 2), (progress.Status, progress.Version!.RowCount));
        Assert.Equal(progress.Version.Digest, (await _world.Datasets.GetAsync("goes-on")).Digest);
        await EmptyJournalAsync();
    }

    [Fact]
    public async Task Restart_UploadGone_FailsWithTheReason()
    {
        await InterruptAsync("lost", "o", await _world.StageAsync("x\n1\n2\n3\n"));

        await platform.RestartAsync();

        var progress = await _world.EndOfAsync("lost", "o");
        Assert.Equal((IngestStatus.Failed, ErrorCode.Unavailable), (progress.Status, progress.ErrorCode));
        Assert.Contains("Upload the bytes again", progress.Error, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotFoundException>(() => _world.Datasets.GetAsync("lost"));
        await EmptyJournalAsync();
    }

    [Fact]
    public async Task Restart_JournalNamesAnEndedIngest_IsStruckOff()
    {
        await _world.IngestCsvAsync("struck", "x\n1\n");
        await Journal.AddAsync(new DatasetKey("default", "struck"), "long/ended");

        await platform.RestartAsync();

        await EmptyJournalAsync();
    }

    private IngestJournal Journal => platform.Services.GetRequiredService<IngestJournal>();

    /// <summary>Leaves what a killed process leaves in the middle of an ingest.</summary>
    private async Task InterruptAsync(string name, string operationId, StagedBlob content)
    {
        var state = new DatasetState();
        DatasetLifecycle.Accept(state, operationId, VersionDigest.Of(content.Digest, DataFormat.Csv, []), new IngestDataset { Name = name, Content = content });
        var key = new DatasetKey("default", name);
        var storage = platform.Services.GetRequiredKeyedService<IGrainStorage>(GrainServices.StateStorage);
        await storage.WriteStateAsync(DatasetGrain.StateName, GrainId.Create("mlops-dataset", key.ToString()), new GrainState<DatasetState>(state));
        await Journal.AddAsync(key, operationId);
    }

    private async Task EmptyJournalAsync()
    {
        while ((await Journal.ListAsync(TestContext.Current.CancellationToken)).Count > 0)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
