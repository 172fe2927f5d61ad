using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;

namespace Orleans.MLOps.Grains.Tests.Datasets;

public sealed class DatasetLifecycleTests
{
    private static readonly IngestDataset Command = new() { Name = "d", Content = new StagedBlob { UploadId = new string('0', 32), Digest = new string('a', 64), Length = 1 } };

    [Fact]
    public void Accept_ManyEnded_RemembersTheLastAndAllRunning()
    {
        var state = new DatasetState();
        DatasetLifecycle.Accept(state, "running", "v", Command);
        for (var i = 0; i < 100; i++)
        {
            DatasetLifecycle.Accept(state, $"{i}", $"v{i}", Command);
            DatasetLifecycle.End(state, $"{i}", ErrorCode.InvalidInput, "no");
        }

        Assert.Equal(DatasetLifecycle.RememberedIngests + 1, state.Ingests.Count);
        Assert.NotNull(DatasetLifecycle.FindIngest(state, "running")!.Command);
        Assert.Null(DatasetLifecycle.FindIngest(state, "0"));
        Assert.Equal("no", DatasetLifecycle.FindIngest(state, "99")!.Error);
        Assert.Null(DatasetLifecycle.FindIngest(state, "99")!.Command);
    }

    [Fact]
    public void Accept_TooManyRunning_IsRefusedAndChangesNothing()
    {
        var state = new DatasetState();
        for (var i = 0; i < DatasetLifecycle.RunningIngests; i++)
        {
            DatasetLifecycle.Accept(state, $"{i}", $"v{i}", Command);
        }

        Assert.Throws<ResourceExhaustedException>(() => DatasetLifecycle.Accept(state, "more", "vm", Command));
        Assert.Equal(DatasetLifecycle.RunningIngests, state.Ingests.Count);
    }

    [Fact]
    public void Accept_VersionExists_IsCompletedAtOnce()
    {
        var state = new DatasetState();
        DatasetLifecycle.AddVersion(state, "v", DateTimeOffset.UnixEpoch);
        DatasetLifecycle.AddVersion(state, "v", DateTimeOffset.UnixEpoch.AddDays(1));

        Assert.Equal(IngestStatus.Completed, DatasetLifecycle.Accept(state, "o", "v", Command).Status);
        var summary = DatasetLifecycle.Summarise(state, new DatasetKey("p", "d"));
        Assert.Equal((1, "v", DateTimeOffset.UnixEpoch), (summary.VersionCount, summary.LatestDigest, summary.UpdatedAt));
    }

    [Fact]
    public void RequireSame_OtherVersion_IsRefused()
    {
        var record = new IngestRecord { OperationId = "o", VersionDigest = "v" };

        DatasetLifecycle.RequireSame(record, "v");
        Assert.Equal("operation_id", Assert.Throws<AlreadyExistsException>(() => DatasetLifecycle.RequireSame(record, "w")).Field);
    }

    [Theory]
    [InlineData("", "operation_id")]
    [InlineData("line\nbreak", "operation_id")]
    public void Require_WrongOperationId_IsRefused(string operationId, string field) =>
        Assert.Equal(field, Assert.Throws<InvalidInputException>(() => IngestCommand.Require(Command, operationId, new DatasetKey("default", "d"))).Field);

    [Fact]
    public void Require_ContradictoryCommand_NamesField()
    {
        Refuse(Command with { Name = "other" }, "name");
        Refuse(Command with { Project = "other" }, "name");
        Refuse(Command with { Format = (DataFormat)5 }, "format");
        Refuse(Command with { Parents = [""] }, "parents");
        Refuse(Command with { Expectations = [new Expectation { Column = "" }] }, "expectations");
        Refuse(Command with { Descriptions = new() { ["a"] = null! } }, "descriptions");

        static void Refuse(IngestDataset command, string field) =>
            Assert.Equal(field, Assert.Throws<InvalidInputException>(() => IngestCommand.Require(command, "o", new DatasetKey("default", "d"))).Field);
    }
}
