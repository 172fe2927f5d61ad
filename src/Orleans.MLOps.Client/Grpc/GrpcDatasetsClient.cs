using Grpc.Core;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Streams;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcDatasetsClient(W.Datasets.DatasetsClient client, GrpcCalls calls) : IDatasetsClient
{
    private readonly GrpcStagedIngest ingest = new(client, calls);

    public async Task<DatasetVersionInfo> IngestAsync(
        string name, Stream content, DataFormat format, IngestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new();
        _ = new DatasetKey(options.Project, name).ToString();
        var staged = await UploadAsync(content, cancellationToken).ConfigureAwait(false);
        var command = IngestPolling.Command(name, staged, format, options);
        return await IngestPolling.RunAsync(ingest, command, TimeProvider.System, cancellationToken).ConfigureAwait(false);
    }

    public Task DescribeAsync(string name, Dictionary<string, string> columns, string project = "default", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(columns);
        var request = new W.DescribeDatasetRequest { Project = project, Name = name };
        request.Columns.Add(columns);
        return calls.RepeatAsync(client.DescribeAsync, request, cancellationToken);
    }

    public async Task<DatasetVersionInfo> GetAsync(
        string name, string? digest = null, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetDatasetRequest { Project = project, Name = name };
        if (digest is not null)
        {
            request.Digest = digest;
        }

        return RecordMapper<DatasetVersionInfo, W.DatasetVersionInfo>.ToRecord(
            await calls.RepeatAsync(client.GetAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<DatasetProfile> GetProfileAsync(
        string name, string digest, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetProfileRequest { Project = project, Name = name, Digest = digest };
        return RecordMapper<DatasetProfile, W.DatasetProfile>.ToRecord(
            await calls.RepeatAsync(client.GetProfileAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<SplitInfo> CreateSplitAsync(
        string name, string digest, CreateSplit command, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.CreateSplitRequest
        {
            Project = project,
            Name = name,
            Digest = digest,
            Command = RecordMapper<CreateSplit, W.CreateSplit>.ToMessage(command),
        };
        return RecordMapper<SplitInfo, W.SplitInfo>.ToRecord(
            await calls.RepeatLongAsync(client.CreateSplitAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<SplitVerification> VerifySplitAsync(
        string name, string digest, string split, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.VerifySplitRequest { Project = project, Name = name, Digest = digest, Split = split };
        return RecordMapper<SplitVerification, W.SplitVerification>.ToRecord(
            await calls.RepeatLongAsync(client.VerifySplitAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task DownloadAsync(string digest, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        try
        {
            using var call = client.Download(new() { Digest = digest }, cancellationToken: cancellationToken);
            await foreach (var piece in call.ResponseStream.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await destination.WriteAsync(piece.Content.Memory, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RpcException error)
        {
            throw GrpcErrors.ToTyped(error, cancellationToken);
        }
    }

    private async Task<StagedBlob> UploadAsync(Stream content, CancellationToken cancellationToken)
    {
        var staged = await PieceSender.UploadAsync(
            calls, content, token => client.Upload(cancellationToken: token), bytes => new W.UploadPiece { Content = bytes }, cancellationToken).ConfigureAwait(false);
        return RecordMapper<StagedBlob, W.StagedBlob>.ToRecord(staged);
    }
}
