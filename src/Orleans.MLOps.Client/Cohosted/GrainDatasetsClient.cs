using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainDatasetsClient(KnownGrains grains, IBlobStore blobs, TimeProvider clock, GrainCalls calls) : IDatasetsClient
{
    private readonly GrainStagedIngest ingest = new(grains, blobs, calls);

    public async Task<DatasetVersionInfo> IngestAsync(
        string name, Stream content, DataFormat format, IngestOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        options ??= new();
        _ = new DatasetKey(options.Project, name).ToString();
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        return await IngestPolling.RunAsync(ingest, IngestPolling.Command(name, staged, format, options), clock, cancellationToken).ConfigureAwait(false);
    }

    public Task DescribeAsync(string name, Dictionary<string, string> columns, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Dataset(project, name).Describe(columns, cancellationToken), cancellationToken);

    public Task<DatasetVersionInfo> GetAsync(string name, string? digest = null, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Dataset(project, name).GetVersion(digest, cancellationToken), cancellationToken);

    public Task<DatasetProfile> GetProfileAsync(string name, string digest, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Version(project, name, digest).GetProfile(cancellationToken), cancellationToken);

    public Task<SplitInfo> CreateSplitAsync(
        string name, string digest, CreateSplit command, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Version(project, name, digest).CreateSplit(command, cancellationToken), cancellationToken);

    public Task<SplitVerification> VerifySplitAsync(
        string name, string digest, string split, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Version(project, name, digest).VerifySplit(split, cancellationToken), cancellationToken);

    public async Task DownloadAsync(string digest, Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var source = await blobs.OpenReadAsync(digest, cancellationToken).ConfigureAwait(false);
        await using (source.ConfigureAwait(false))
        {
            await source.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
        }
    }

    private IDatasetGrain Dataset(string project, string name) => grains.Get<IDatasetGrain>(new DatasetKey(project, name).ToString());

    private IDatasetVersionGrain Version(string project, string name, string digest) =>
        grains.Get<IDatasetVersionGrain>(new DatasetVersionKey(project, name, digest).ToString());
}
