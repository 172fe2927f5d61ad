using Orleans.MLOps.Client.Errors;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainStagedIngest(KnownGrains grains, IBlobStore blobs, GrainCalls calls) : IStagedIngest
{
    public async Task<IngestProgress> BeginAsync(IngestDataset command, string operationId, CancellationToken cancellationToken = default)
    {
        try
        {
            return await calls.RepeatAsync(
                () => Dataset(command.Project, command.Name).BeginIngest(command, operationId, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (MLOpsException error) when (TypedErrors.IsFinal(error))
        {
            await blobs.AbandonAsync(command.Content, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    public Task<IngestProgress> GetAsync(string project, string name, string operationId, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Dataset(project, name).GetIngest(operationId, cancellationToken), cancellationToken);

    private IDatasetGrain Dataset(string project, string name) => grains.Get<IDatasetGrain>(new DatasetKey(project, name).ToString());
}
