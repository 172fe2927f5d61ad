using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Tests.Platform;
using Orleans.MLOps.Storage.Analytics;

namespace Orleans.MLOps.Grains.Tests.Datasets;

/// <summary>Short ways to ingest and to look at what stands.</summary>
internal sealed class DatasetWorld(PlatformFixture platform)
{
    public IMlopsClient Client => platform.Services.GetRequiredService<IMlopsClient>();

    public IDatasetsClient Datasets => Client.Datasets;

    public IBlobStore Blobs => platform.Services.GetRequiredService<IBlobStore>();

    public AnalyticsEngine Engine => platform.Services.GetRequiredService<AnalyticsEngine>();

    public Task<DatasetVersionInfo> IngestCsvAsync(string name, string csv, IngestOptions? options = null) => IngestAsync(name, Encoding.UTF8.GetBytes(csv), DataFormat.Csv, options);

    public Task<DatasetVersionInfo> IngestAsync(string name, byte[] content, DataFormat format, IngestOptions? options = null) =>
        Datasets.IngestAsync(name, new MemoryStream(content), format, options);

    public Task<StagedBlob> StageAsync(string content) => Blobs.StageAsync(new MemoryStream(Encoding.UTF8.GetBytes(content)));

    public async Task<IngestProgress> EndOfAsync(string name, string operationId)
    {
        var grain = platform.Grains.GetGrain<IDatasetGrain>(new DatasetKey("default", name).ToString());
        IngestProgress progress;
        while ((progress = await grain.GetIngest(operationId)).Status == IngestStatus.Running)
        {
            await Task.Delay(5);
        }

        return progress;
    }

    /// <summary>All files below the blob folder (staged ones too), and the listed entities of the rooms of data.</summary>
    public async Task<string[]> SnapshotAsync()
    {
        var files = Directory.EnumerateFiles(Path.Combine(platform.Folder, "blobs"), "*", SearchOption.AllDirectories);
        var entries = new List<string>();
        foreach (var kind in new[] { "dataset", "dataset-version" })
        {
            entries.AddRange((await Client.Catalog.ListAsync(new CatalogQuery { Kind = kind, Limit = 1000 })).Entries.Select(entry => entry.Key));
        }

        return [.. files.Concat(entries).Order(StringComparer.Ordinal)];
    }

    public Task<IReadOnlyList<string>> RowsAsync(string digest, string select) =>
        Engine.QueryAsync($"SELECT {select} FROM source ORDER BY row_ordinal", [AnalyticsSource.Of(Blobs.GetLocalPath(digest))], row => string.Join("|", Enumerable.Range(0, row.FieldCount).Select(i => row.IsDBNull(i) ? "" : row.GetValue(i).ToString())));
}
