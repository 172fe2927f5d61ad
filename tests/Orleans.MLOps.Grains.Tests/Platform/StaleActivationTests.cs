using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Grains.Datasets;
using Orleans.Storage;

namespace Orleans.MLOps.Grains.Tests.Platform;

/// <summary>After a change of membership a silo may hold an activation that knows nothing of what another one has written.</summary>
public sealed class StaleActivationTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private const string Operation = "elsewhere";

    [Fact]
    public async Task GetIngest_AnotherActivationAcceptedIt_IsUnavailableAndThenKnown()
    {
        var dataset = await ActivateAsync("accepted-elsewhere");
        var ingest = new IngestRecord { OperationId = Operation, VersionDigest = "d", Status = IngestStatus.Failed, Error = "too short" };
        await StoreAsync(dataset, new DatasetState { Ingests = [ingest] });

        var stale = await Assert.ThrowsAsync<UnavailableException>(() => dataset.GetIngest(Operation));
        var progress = await dataset.GetIngest(Operation);

        Assert.Contains("another silo", stale.Message, StringComparison.Ordinal);
        Assert.Equal((IngestStatus.Failed, "too short"), (progress.Status, progress.Error));
    }

    [Fact]
    public async Task GetIngest_NobodyAcceptedIt_IsNotFound()
    {
        var dataset = await ActivateAsync("accepted-nowhere");

        await Assert.ThrowsAsync<NotFoundException>(() => dataset.GetIngest(Operation));
    }

    private async Task<IDatasetGrain> ActivateAsync(string name)
    {
        var dataset = platform.Grains.GetGrain<IDatasetGrain>(new DatasetKey("default", name).ToString());
        await dataset.GetState();
        return dataset;
    }

    private Task StoreAsync(IDatasetGrain dataset, DatasetState state) =>
        platform.Services.GetRequiredKeyedService<IGrainStorage>(GrainServices.StateStorage)
            .WriteStateAsync(DatasetGrain.StateName, dataset.GetGrainId(), new GrainState<DatasetState>(state));
}
