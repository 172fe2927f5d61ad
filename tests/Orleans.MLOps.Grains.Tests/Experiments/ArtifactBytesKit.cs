using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Tests.Experiments.Search;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Tests.Experiments;

/// <summary>Which bytes of files are given back, for the tables of each engine.</summary>
public abstract class ArtifactBytesKit
{
    private const string Owner = "0123456789abcdef0123456789abcdef";
    private const string Other = "fedcba9876543210fedcba9876543210";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_ManyNotes_AreDoneWithInOneRound()
    {
        const int Notes = 2500;
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        var kept = await UploadAsync(world, artifacts, "kept", "kept");
        await artifacts.AddAsync(Owner, "kept", kept, Cancel);
        await world.Tables.WriteAsync(
            new TableWrite()
                .Add(
                    $"""
                    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {Notes})
                    INSERT INTO released_blobs (digest, released_us) SELECT '{new string('0', 60)}' || (1000 + n), 1 FROM numbers
                    """)
                .Add("INSERT INTO released_blobs (digest, released_us) VALUES ($1, 1)", kept.Digest));

        Assert.Equal(Notes + 1, await SweepAsync(world, TimeSpan.Zero));

        Assert.Empty(await NotesAsync(world));
        Assert.NotNull(await world.Blobs.FindAsync(kept.Digest, Cancel));
    }

    [Fact]
    public async Task Upload_EndsBetweenBytesAndRow_IsGivenBackAfterTheGrace()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        var blob = await UploadAsync(world, artifacts, "path", "bytes");

        Assert.Equal(0, await SweepAsync(world, TimeSpan.Zero));
        Assert.NotNull(await world.Blobs.FindAsync(blob.Digest, Cancel));
        Assert.Equal(1, await SweepAsync(world, BlobUpkeep.Grace * 2));
        Assert.Null(await world.Blobs.FindAsync(blob.Digest, Cancel));
    }

    [Fact]
    public async Task Upload_RefusedAfterItsBytesWereCommitted_IsGivenBackAfterTheGrace()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        var blob = await UploadAsync(world, artifacts, "a", "late");
        var first = await UploadAsync(world, artifacts, "a/b", "first");
        await artifacts.AddAsync(Owner, "a/b", first, Cancel);

        await Assert.ThrowsAsync<FailedPreconditionException>(() => artifacts.AddAsync(Owner, "a", blob, Cancel));
        await SweepAsync(world, BlobUpkeep.Grace * 2);

        Assert.Null(await world.Blobs.FindAsync(blob.Digest, Cancel));
        Assert.NotNull(await world.Blobs.FindAsync(first.Digest, Cancel));
    }

    [Fact]
    public async Task Upload_SameBytesTwiceAtOnce_OneThatEndsEarlyTakesNothingFromTheOther()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        await UploadAsync(world, artifacts, "ends early", "same");
        var blob = await UploadAsync(world, artifacts, "path", "same");
        await artifacts.AddAsync(Owner, "path", blob, Cancel);
        await UploadAsync(world, artifacts, "ends late", "same");

        await SweepAsync(world, BlobUpkeep.Grace * 2);

        Assert.NotNull(await world.Blobs.FindAsync(blob.Digest, Cancel));
        Assert.Empty(await NotesAsync(world));
        await artifacts.DeleteAsync(Owner, "", Cancel);
        await SweepAsync(world, BlobUpkeep.Grace * 2);
        Assert.Null(await world.Blobs.FindAsync(blob.Digest, Cancel));
    }

    [Fact]
    public async Task Upload_LastFileOfTheSameBytesIsRemovedMeanwhile_KeepsItsBytes()
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        await artifacts.AddAsync(Owner, "old", await UploadAsync(world, artifacts, "old", "same"), Cancel);
        var blob = await UploadAsync(world, artifacts, "new", "same");
        await artifacts.DeleteAsync(Owner, "old", Cancel);
        Assert.Equal(0, await SweepAsync(world, TimeSpan.Zero));
        await artifacts.AddAsync(Owner, "new", blob, Cancel);

        await SweepAsync(world, BlobUpkeep.Grace * 2);

        Assert.NotNull(await world.Blobs.FindAsync(blob.Digest, Cancel));
    }

    [Theory]
    [InlineData(Owner, "a", "path")]
    [InlineData(Owner, "a/b/c", "path")]
    [InlineData(Other, "x", "run_id")]
    public async Task Expect_WhatWouldBeRefused_NotesNothing(string owner, string path, string field)
    {
        await using var world = await OpenAsync();
        var artifacts = await StartAsync(world);
        await artifacts.AddAsync(Owner, "a/b", new BlobRef { Digest = new string('0', 64), Length = 1 }, Cancel);

        var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => artifacts.ExpectAsync(owner, path, new string('1', 64), Cancel));

        Assert.Equal(field, error.Field);
        Assert.Equal("digest", (await Assert.ThrowsAsync<InvalidInputException>(() => artifacts.ExpectAsync(Owner, "x", "../x", Cancel))).Field);
        Assert.Empty(await NotesAsync(world));
    }

    private protected abstract Task<SearchWorld> OpenAsync();

    private static async Task<ArtifactTables> StartAsync(SearchWorld world)
    {
        await world.Tables.WriteAsync(new TableWrite().Add(
            "INSERT INTO runs (run_id, experiment_id, name, status, lifecycle, started_us, json) SELECT $1, min(experiment_id), '', 'Running', 'Active', 1, '{}' FROM experiments", Owner));
        return new ArtifactTables(world.Tables, PlatformClock.System);
    }

    // An upload as the grain makes it, up to the row.
    private static async Task<BlobRef> UploadAsync(SearchWorld world, ArtifactTables artifacts, string path, string content)
    {
        var staged = await world.Blobs.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)), Cancel);
        await artifacts.ExpectAsync(Owner, path, staged.Digest, Cancel);
        return await world.Blobs.CommitReleasableAsync(staged, Cancel);
    }

    private static Task<int> SweepAsync(SearchWorld world, TimeSpan later) =>
        new BlobUpkeep(world.Tables, world.Blobs, new PlatformClock(TimeProvider.System, new ShiftedTime(later))).RunAsync(Cancel);

    private static Task<IReadOnlyList<string>> NotesAsync(SearchWorld world) =>
        world.Tables.QueryAsync("SELECT digest FROM released_blobs", row => row.GetString(0), Cancel);
}
