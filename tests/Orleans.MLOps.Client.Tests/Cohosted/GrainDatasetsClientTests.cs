using Orleans.MLOps.Client.Cohosted;
using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Tests.Cohosted;

public sealed class GrainDatasetsClientTests
{
    private readonly MemoryBlobStore blobs = new();
    private readonly EagerClock clock = new();

    public static TheoryData<ErrorCode> Codes => [.. Enum.GetValues<ErrorCode>()];

    [Fact]
    public async Task IngestAsync_Running_PollsWithGrowingPausesUntilCompleted()
    {
        var version = (DatasetVersionInfo)new RandomValues(1).Next(typeof(DatasetVersionInfo));
        var polls = 0;
        var grains = new FakeGrains(call => Task.FromResult(++polls <= 8
            ? new IngestProgress { OperationId = "o" }
            : new IngestProgress { OperationId = "o", Status = IngestStatus.Completed, Version = version }));
        var options = new IngestOptions { Project = "p", Source = "here", Parents = ["dataset/p/other"] };
        var result = await Client(grains).IngestAsync("d", new MemoryStream([1, 2, 3]), DataFormat.Parquet, options, TestContext.Current.CancellationToken);
        Assert.Same(version, result);
        Assert.Equal([5, 10, 20, 40, 80, 160, 250, 250], clock.Delays.Select(delay => delay.TotalMilliseconds));
        Assert.All(grains.Calls, call => Assert.Equal("dataset/p/d", call.Key));
        var begin = (IngestDataset)grains.Calls[0].Arguments[0]!;
        Assert.Equal(("p", "d", DataFormat.Parquet, 3, "here"), (begin.Project, begin.Name, begin.Format, begin.Content.Length, begin.Source));
        Assert.Equal(["dataset/p/other"], begin.Parents);
        Assert.All(grains.Calls.Skip(1), call => Assert.Equal(grains.Calls[0].Arguments[1], call.Arguments[0]));
    }

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task IngestAsync_Failed_ThrowsTheTypedException(ErrorCode code)
    {
        var grains = new FakeGrains(_ => Task.FromResult(new IngestProgress { OperationId = "o", Status = IngestStatus.Failed, ErrorCode = code, Error = "line 7 is ragged" }));
        var error = await Assert.ThrowsAnyAsync<MLOpsException>(() => Ingest(grains));
        Assert.Equal(TypedErrors.Create(code, "").GetType(), error.GetType());
        Assert.Equal("line 7 is ragged", error.Message);
    }

    [Fact]
    public async Task IngestAsync_CommandRefused_AbandonsTheStagedBytes()
    {
        var grains = new FakeGrains(_ => throw new InvalidInputException("no"));
        await Assert.ThrowsAsync<InvalidInputException>(() => Ingest(grains));
        Assert.Empty(blobs.Staged);
        Assert.Single(blobs.Abandoned);
    }

    [Fact]
    public async Task IngestAsync_PlatformAway_KeepsTheStagedBytesForARepeat()
    {
        var grains = new FakeGrains(_ => throw new UnavailableException("away"));
        await Assert.ThrowsAsync<UnavailableException>(() => Ingest(grains));
        Assert.Single(blobs.Staged);
        Assert.Empty(blobs.Abandoned);
    }

    [Fact]
    public async Task IngestAsync_WrongName_RefusesBeforeStaging()
    {
        await Assert.ThrowsAsync<InvalidInputException>(
            () => Client(new(_ => null)).IngestAsync(" ", new MemoryStream([1]), DataFormat.Csv, cancellationToken: TestContext.Current.CancellationToken));
        Assert.Empty(blobs.Staged);
        Assert.Empty(blobs.Abandoned);
    }

    [Fact]
    public async Task DownloadAsync_KnownDigest_CopiesTheBlob()
    {
        var digest = blobs.Add([4, 5, 6]);
        using var target = new MemoryStream();
        await Client(new(_ => null)).DownloadAsync(digest, target, TestContext.Current.CancellationToken);
        Assert.Equal([4, 5, 6], target.ToArray());
    }

    private GrainDatasetsClient Client(FakeGrains grains) => new(new KnownGrains(grains.Factory), blobs, clock, new(new() { Retries = 0 }, TimeProvider.System));

    private Task<DatasetVersionInfo> Ingest(FakeGrains grains) =>
        Client(grains).IngestAsync("d", new MemoryStream([1]), DataFormat.Csv, cancellationToken: TestContext.Current.CancellationToken);
}
