using System.Buffers;
using Google.Protobuf;
using Grpc.Core;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Streams;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Gateway.Streams;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Datasets;

internal sealed class DatasetsService(IMlopsClient client, IStagedIngest ingest, IBlobStore blobs) : W.Datasets.DatasetsBase
{
    public override async Task<W.StagedBlob> Upload(IAsyncStreamReader<W.UploadPiece> requestStream, ServerCallContext context)
    {
        var content = new PieceReadStream<W.UploadPiece>(requestStream, piece => piece.Content);
        await using (content.ConfigureAwait(false))
        {
            var staged = await blobs.StageAsync(content, context.CancellationToken).ConfigureAwait(false);
            if (context.CancellationToken.IsCancellationRequested)
            {
                // Nobody learns of this upload any more.
                await blobs.AbandonAsync(staged, CancellationToken.None).ConfigureAwait(false);
                context.CancellationToken.ThrowIfCancellationRequested();
            }

            return RecordMapper<StagedBlob, W.StagedBlob>.ToMessage(staged);
        }
    }

    public override async Task<W.IngestProgress> BeginIngest(W.BeginIngestRequest request, ServerCallContext context)
    {
        var command = RecordMapper<IngestDataset, W.IngestDataset>.ToRecord(request.Command, "command");
        return ToMessage(await ingest.BeginAsync(command, request.OperationId, context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.IngestProgress> GetIngest(W.GetIngestRequest request, ServerCallContext context) =>
        ToMessage(await ingest.GetAsync(
            Project.Of(request.HasProject, request.Project), request.Name, request.OperationId, context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.DescribeDatasetReply> Describe(W.DescribeDatasetRequest request, ServerCallContext context)
    {
        await client.Datasets.DescribeAsync(
            request.Name, WireValue.ToDictionary(request.Columns), Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.DatasetVersionInfo> Get(W.GetDatasetRequest request, ServerCallContext context) =>
        RecordMapper<DatasetVersionInfo, W.DatasetVersionInfo>.ToMessage(await client.Datasets.GetAsync(
            request.Name,
            request.HasDigest ? request.Digest : null,
            Project.Of(request.HasProject, request.Project),
            context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.DatasetProfile> GetProfile(W.GetProfileRequest request, ServerCallContext context) =>
        RecordMapper<DatasetProfile, W.DatasetProfile>.ToMessage(await client.Datasets.GetProfileAsync(
            request.Name, request.Digest, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.SplitInfo> CreateSplit(W.CreateSplitRequest request, ServerCallContext context)
    {
        var command = RecordMapper<CreateSplit, W.CreateSplit>.ToRecord(request.Command, "command");
        return RecordMapper<SplitInfo, W.SplitInfo>.ToMessage(await client.Datasets.CreateSplitAsync(
            request.Name, request.Digest, command, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.SplitVerification> VerifySplit(W.VerifySplitRequest request, ServerCallContext context) =>
        RecordMapper<SplitVerification, W.SplitVerification>.ToMessage(await client.Datasets.VerifySplitAsync(
            request.Name, request.Digest, request.Split, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task Download(W.DownloadRequest request, IServerStreamWriter<W.DownloadPiece> responseStream, ServerCallContext context)
    {
        var source = await blobs.OpenReadAsync(request.Digest, context.CancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(Pieces.MaximumBytes);
        try
        {
            var room = buffer.AsMemory(0, Pieces.MaximumBytes);
            int read;
            while ((read = await source.ReadAtLeastAsync(room, room.Length, throwOnEndOfStream: false, context.CancellationToken).ConfigureAwait(false)) > 0)
            {
                // A written message has left the buffer, so the next piece may overwrite it.
                var piece = new W.DownloadPiece { Content = UnsafeByteOperations.UnsafeWrap(room[..read]) };
                await responseStream.WriteAsync(piece, context.CancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static W.IngestProgress ToMessage(IngestProgress progress) => RecordMapper<IngestProgress, W.IngestProgress>.ToMessage(progress);
}
