using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Serving.Scoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Tests.Serving.Scoring;

public sealed class ScoringLifecycleTests
{
    private static readonly ScoreDataset Command = new()
    {
        Name = "j", Dataset = "d", Target = "t", Model = "m", Version = 1, OperationId = "o", Outputs = new() { ["a"] = "x", ["b"] = "y" },
    };

    private static readonly StagedBlob Joined = new() { UploadId = new('a', 32), Digest = new('b', 64), Length = 1 };

    [Fact]
    public void Take_TheSamePartitionTwice_CountsTheFirst()
    {
        var state = Accepted();

        Assert.Equal("first", ScoringLifecycle.Take(state, 1, Part("first")).Blob.Digest);
        Assert.Equal("first", ScoringLifecycle.Take(state, 1, Part("second")).Blob.Digest);

        var info = ScoringLifecycle.Describe(state)!;
        Assert.Equal((3, 1, 5L), (info.Partitions, info.PartitionsDone, info.Rows));
    }

    [Fact]
    public void RequestCancel_BeforeAndAfterTheRowsAreJoined_WinsOnlyBefore()
    {
        var (early, late, ended) = (Accepted(), Accepted(), Accepted());

        Assert.True(ScoringLifecycle.RequestCancel(early));
        Assert.False(ScoringLifecycle.RequestCancel(early));
        Assert.False(ScoringLifecycle.Join(early, Joined));
        Assert.Null(early.Joined);

        Assert.True(ScoringLifecycle.Join(late, Joined));
        Assert.False(ScoringLifecycle.RequestCancel(late));

        ScoringLifecycle.End(ended, ScoringOutcome.Completed("digest"), DateTimeOffset.UnixEpoch);
        Assert.False(ScoringLifecycle.RequestCancel(ended));
        Assert.False(ScoringLifecycle.IsCurrent(ended, 1));
    }

    [Fact]
    public void IsKnown_OtherCommands_AreRefusedAndTheSameIsFound()
    {
        var state = Accepted();

        Assert.False(ScoringLifecycle.IsKnown(new ScoringJobState(), Command));
        Assert.True(ScoringLifecycle.IsKnown(state, Command with { Outputs = new() { ["b"] = "y", ["a"] = "x" } }));
        Assert.Equal("name", Assert.Throws<AlreadyExistsException>(() => ScoringLifecycle.IsKnown(state, Command with { OperationId = "p" })).Field);
        Assert.Equal("operation_id", Assert.Throws<AlreadyExistsException>(() => ScoringLifecycle.IsKnown(state, Command with { Target = "u" })).Field);
    }

    private static ScoringJobState Accepted() => ScoringLifecycle.Accept(
        Command, new AdmittedScoring(Command with { DatasetDigest = new('c', 64), PartitionRows = 2 }, "model", 5, 5), DateTimeOffset.UnixEpoch);

    private static ScoringPart Part(string digest) => new() { Blob = new BlobRef { Digest = digest, Length = 1 }, Rows = 2 };
}
