using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Client.Tests.Support;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Gateway.Tests.Support;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Tests.Datasets;

public sealed class BulkBytesTests
{
    private const int LargestPiece = 256 * 1024;
    private static readonly byte[] FiveMegabytes = RandomNumberGenerator.GetBytes((5 * 1024 * 1024) + 77);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task IngestAsync_FiveMegabytes_StagesTheSameBytesAndPollsToTheVersion()
    {
        await using var host = await GatewayHost.StartAsync();
        var version = (DatasetVersionInfo)new RandomValues(5).Next(typeof(DatasetVersionInfo));
        IngestDataset? command = null;
        string? operation = null;
        host.Ingest.Begin = (made, id) =>
        {
            (command, operation) = (made, id);
            return new() { OperationId = id };
        };
        host.Ingest.Get = (project, name, id) =>
        {
            Assert.Equal(("p", "d", operation), (project, name, id));
            return new() { OperationId = id, Status = IngestStatus.Completed, Version = version };
        };
        var options = new IngestOptions { Project = "p", Descriptions = new() { ["x"] = "an x" } };
        var result = await host.Client.Datasets.IngestAsync("d", new MemoryStream(FiveMegabytes), DataFormat.Csv, options, Token);
        Assert.Equal(version.Digest, result.Digest);
        Assert.Equal(FiveMegabytes, host.Blobs.Staged[command!.Content.UploadId]);
        Assert.Equal(("an x", FiveMegabytes.Length), (command.Descriptions["x"], command.Content.Length));
    }

    [Fact]
    public async Task IngestAsync_Failed_ThrowsTheTypedException()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Ingest.Begin = (_, id) => new() { OperationId = id, Status = IngestStatus.Failed, ErrorCode = ErrorCode.InvalidInput, Error = "line 7 has 3 fields" };
        var error = await Assert.ThrowsAsync<InvalidInputException>(
            () => host.Client.Datasets.IngestAsync("d", new MemoryStream([1]), DataFormat.Csv, cancellationToken: Token));
        Assert.Equal("line 7 has 3 fields", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(LargestPiece)]
    [InlineData(LargestPiece + 1)]
    public async Task LogArtifactAsync_AnyLength_ArrivesWhole(int length)
    {
        await using var host = await GatewayHost.StartAsync();
        byte[]? arrived = null;
        host.Platform.Handler = (_, arguments) => Receive((string)arguments[0]!, (string)arguments[1]!, (Stream)arguments[2]!);
        var artifact = await host.Client.Experiments.LogArtifactAsync("run", "plots/größe.png", new MemoryStream(FiveMegabytes, 0, length), Token);
        Assert.Equal(FiveMegabytes[..length], arrived!);
        Assert.Equal(("plots/größe.png", "run"), (artifact.Path, artifact.Digest));

        async Task<ArtifactInfo> Receive(string run, string path, Stream content)
        {
            using var memory = new MemoryStream();
            await content.CopyToAsync(memory, Token);
            arrived = memory.ToArray();
            return new() { Path = path, Digest = run };
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(LargestPiece)]
    [InlineData((2 * LargestPiece) + 1)]
    public async Task UploadOfAModel_AnyLength_ArrivesWhole(int length)
    {
        await using var host = await GatewayHost.StartAsync();
        byte[]? arrived = null;
        host.Platform.Handler = (_, arguments) => Receive((Stream)arguments[0]!);
        var blob = await host.Client.Models.UploadAsync(new MemoryStream(FiveMegabytes, 0, length), Token);
        Assert.Equal(FiveMegabytes[..length], arrived!);
        Assert.Equal(("stored", length), (blob.Digest, blob.Length));

        async Task<BlobRef> Receive(Stream content)
        {
            using var memory = new MemoryStream();
            await content.CopyToAsync(memory, Token);
            arrived = memory.ToArray();
            return new() { Digest = "stored", Length = arrived.Length };
        }
    }

    [Fact]
    public async Task LogArtifactAsync_RefusedBeforeTheEnd_ThrowsTheReason()
    {
        await using var host = await GatewayHost.StartAsync();
        host.Platform.Handler = (_, _) => throw new FailedPreconditionException("the run has ended", "run_id");
        var error = await Assert.ThrowsAsync<FailedPreconditionException>(
            () => host.Client.Experiments.LogArtifactAsync("run", "p", new MemoryStream(FiveMegabytes), Token));
        Assert.Equal("run_id", error.Field);
    }

    [Fact]
    public async Task Upload_PieceTooLarge_IsRefusedAndNothingStays()
    {
        await using var host = await GatewayHost.StartAsync();
        using var call = new W.Datasets.DatasetsClient(host.Channel).Upload(cancellationToken: Token);
        await call.RequestStream.WriteAsync(new() { Content = ByteString.CopyFrom(FiveMegabytes, 0, LargestPiece + 1) }, Token);
        var error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, error.StatusCode);
        Assert.Contains("262144", error.Status.Detail, StringComparison.Ordinal);
        Assert.Empty(host.Blobs.Staged);
    }

    [Fact]
    public async Task Upload_CutOff_LeavesNothingStaged()
    {
        await using var host = await GatewayHost.StartAsync();
        using (var call = new W.Datasets.DatasetsClient(host.Channel).Upload(cancellationToken: Token))
        {
            await call.RequestStream.WriteAsync(new() { Content = ByteString.CopyFrom(FiveMegabytes, 0, LargestPiece) }, Token);
            await host.Blobs.StagingStarted.Task.WaitAsync(Token);
        }

        await host.Blobs.StagingFailed.Task.WaitAsync(Token);
        Assert.Empty(host.Blobs.Staged);
        Assert.Empty(host.Log.Lines);
    }

    [Fact]
    public async Task DownloadAsync_FiveMegabytes_ComesInBoundedPieces()
    {
        await using var host = await GatewayHost.StartAsync();
        var digest = host.Blobs.Add(FiveMegabytes);
        using var target = new MemoryStream();
        await host.Client.Datasets.DownloadAsync(digest, target, Token);
        Assert.Equal(FiveMegabytes, target.ToArray());

        using var call = new W.Datasets.DatasetsClient(host.Channel).Download(new() { Digest = digest }, cancellationToken: Token);
        var sizes = new List<int>();
        while (await call.ResponseStream.MoveNext(Token))
        {
            sizes.Add(call.ResponseStream.Current.Content.Length);
        }

        Assert.All(sizes, size => Assert.InRange(size, 1, LargestPiece));
        Assert.Equal(FiveMegabytes.Length, sizes.Sum());
    }

    [Fact]
    public async Task DownloadAsync_UnknownDigest_IsNotFound()
    {
        await using var host = await GatewayHost.StartAsync();
        var error = await Assert.ThrowsAsync<NotFoundException>(() => host.Client.Datasets.DownloadAsync("0", Stream.Null, Token));
        Assert.Equal("digest", error.Field);
    }
}
