using Orleans.MLOps.Grains.Serving.Scoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Scoring;

public sealed class ScoringRecoveryTests(ReplayPlatform platform) : IClassFixture<ReplayPlatform>
{
    private readonly ScoringWorld _world = new(platform);

    [Fact]
    public async Task Restart_InTheMiddle_GoesOnWithWhatIsLeftToTheSameRows()
    {
        const int rows = 400;
        var model = await _world.RegisterAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(rows));
        var whole = await _world.Serving.ScoreDatasetAsync(ScoringWorld.Command(source.Name, model));
        var command = ScoringWorld.Command(source.Name, model, 1) with { Target = "resumed" };
        await _world.Serving.StartScoringAsync(command);
        var before = await _world.UntilAsync(command.Name, info => info.PartitionsDone > 5);
        Assert.Equal((ScoringJobStatus.Running, 1), (before.Status, before.Generation));

        await platform.Silo.RestartAsync();

        var after = await _world.UntilAsync(command.Name, info => info.EndedAt is not null);
        Assert.Equal((ScoringJobStatus.Completed, null, rows), (after.Status, after.Reason, after.PartitionsDone));
        Assert.True(after.Generation > 1);
        var version = await platform.Client.Datasets.GetAsync(command.Target);
        Assert.Equal((after.TargetDigest, (long)rows), (version.Digest, version.RowCount));
        Assert.Equal(await _world.RowsAsync(await platform.Client.Datasets.GetAsync(whole.Target), "*"), await _world.RowsAsync(version, "*"));
    }

    [Fact]
    public async Task Scored_LateGenerationsAndDuplicates_ChangeNothing()
    {
        var model = await _world.RegisterAsync();
        var source = await _world.IngestAsync(ReplayPlatform.NewName(), ScoringWorld.Csv(3));
        var command = ScoringWorld.Command(source.Name, model, 1);
        var done = await _world.Serving.ScoreDatasetAsync(command);
        var control = platform.Silo.Grains.GetGrain<IScoringJobControl>(new ScoringJobKey("default", command.Name).ToString());

        Assert.Null(await control.Scored(done.Generation, 0, new ScoringPart { Blob = source.Data, Rows = 3 }));
        Assert.False(await control.Ended(done.Generation, ScoringOutcome.Cancelled));
        Assert.False(await control.Joined(done.Generation, new() { UploadId = new('a', 32), Digest = source.Data.Digest, Length = 1 }));
        Assert.False(await control.Started(done.Generation));

        Assert.Equal(done, await _world.Serving.GetScoringAsync(command.Name));
    }
}
