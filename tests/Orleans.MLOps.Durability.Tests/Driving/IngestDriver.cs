using System.Globalization;
using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Durability.Tests.Driving;

/// <summary>Ingests new versions of a few datasets.</summary>
internal sealed class IngestDriver(int seed) : Driver("ingest", seed)
{
    private const string Project = "ingested";

    private readonly List<(DatasetVersionInfo Version, string Raw)> _versions = [];
    private (string Name, byte[] Bytes)? _uncertain;
    private int _count;

    public override string Summary => $"{_versions.Count} dataset versions";

    public override async Task VerifyAsync(IMlopsClient client)
    {
        if (_uncertain is { } uncertain)
        {
            await IngestAsync(client, uncertain.Name, uncertain.Bytes);
        }

        foreach (var (version, raw) in _versions)
        {
            var found = await client.Datasets.GetAsync(version.Name, version.Digest, Project, Cancel);
            Assert.Equivalent(version, found, strict: true);
            Assert.Equal(raw, found.Raw.Digest);
            await Digests.RequireStoredAsync(client, found.Raw.Digest, Cancel);
            await Digests.RequireStoredAsync(client, found.Data.Digest, Cancel);
        }

        var listed = await client.Catalog.ListAsync(new CatalogQuery { Kind = "dataset-version", Project = Project, Limit = 1000 }, Cancel);
        Assert.Equal(
            _versions.Select(entry => new DatasetVersionKey(Project, entry.Version.Name, entry.Version.Digest).ToString()).Order(),
            listed.Entries.Select(entry => entry.Key).Order());
    }

    protected override Task StepAsync(IMlopsClient client)
    {
        var text = new StringBuilder("id,at,city,value\n");
        var rows = Random.Next(200, 800);
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},2001-01-01 {row % 24:00}:00:00,city {Random.Next(5)},{Random.NextDouble():f6}\n");
        }

        return IngestAsync(client, $"table-{++_count % 3}", Encoding.UTF8.GetBytes(text.ToString()));
    }

    private async Task IngestAsync(IMlopsClient client, string name, byte[] bytes)
    {
        Begin();
        _uncertain = (name, bytes);
        var version = await client.Datasets.IngestAsync(name, new MemoryStream(bytes), DataFormat.Csv, new IngestOptions { Project = Project, Source = "generated" }, Cancel);
        _versions.Add((version, Digests.Of(bytes)));
        _uncertain = null;
        Acknowledge();
    }
}
