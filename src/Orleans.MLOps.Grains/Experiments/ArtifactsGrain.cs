using Orleans.MLOps.Datasets;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

[GrainType("mlops-artifacts")]
internal sealed class ArtifactsGrain(ArtifactTables artifacts, IBlobStore blobs) : Grain, IArtifactsGrain
{
    private string _owner = "";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _owner = ArtifactsKey.Parse(this.GetPrimaryKeyString()).Owner;
        return Task.CompletedTask;
    }

    public async Task<ArtifactInfo> Add(string path, StagedBlob content, CancellationToken cancellationToken)
    {
        try
        {
            ExperimentLimits.CheckPath(path);
            await artifacts.ExpectAsync(_owner, path, content.Digest, cancellationToken);
        }
        catch (MLOpsException error) when (error is not UnavailableException)
        {
            // Whoever could not be told yes or no repeats the call, with the same upload.
            await blobs.AbandonAsync(content, CancellationToken.None);
            throw;
        }

        var blob = await blobs.CommitReleasableAsync(content, cancellationToken);
        return await artifacts.AddAsync(_owner, path, blob, cancellationToken);
    }

    public Task<ArtifactInfo> Find(string path, CancellationToken cancellationToken) => artifacts.FindAsync(_owner, path, cancellationToken);

    public Task<ArtifactInfo[]> List(CancellationToken cancellationToken) => artifacts.ListAsync(_owner, cancellationToken);

    public Task<ArtifactFolder> ListFolder(string folder, CancellationToken cancellationToken) =>
        artifacts.ListFolderAsync(_owner, folder, cancellationToken);

    public Task<ArtifactPage> ListPage(ArtifactQuery query, CancellationToken cancellationToken) => query.Owner == _owner
        ? artifacts.ListPageAsync(query, cancellationToken)
        : throw new InvalidInputException($"owner '{query.Owner}' is not '{_owner}', whose files were called.", "owner");

    public Task<int> Delete(string path, CancellationToken cancellationToken) => artifacts.DeleteAsync(_owner, path, cancellationToken);

    public Task<int?> GetState() => artifacts.CountAsync(_owner, CancellationToken.None);
}
