using System.Globalization;
using System.Text;
using Orleans.MLOps.Cluster.Tests.Histories.Recording;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Durability.Tests.Support;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Cluster.Tests.Histories.Workloads;

/// <summary>Ingests small tables, each of other content. An acknowledged version is there once, with its very bytes.</summary>
internal sealed class IngestWorkload : IWorkload
{
    private const string Project = "histories";
    private const int VersionsADataset = 100;
    private const int MostListed = 1000;

    private readonly Lock _gate = new();
    private readonly List<Table> _tables = [];
    private readonly Dictionary<string, int> _listed = [];
    private readonly HashSet<string> _damaged = [];
    private int _number;

    public string Name => "ingest";

    public int Clients => 1;

    public Task PrepareAsync(Preparation preparation, CancellationToken cancellationToken) => Task.CompletedTask;

    public Call Next(Random random, int client)
    {
        var number = Interlocked.Increment(ref _number);
        var text = new StringBuilder("id,value\n");
        var rows = random.Next(20, 100);
        for (var row = 0; row < rows; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{row},{number + random.NextDouble():f6}\n");
        }

        var table = new Table($"table-{number / VersionsADataset}", Encoding.UTF8.GetBytes(text.ToString()));
        return new("ingest", table, async (platform, cancel) => (await IngestAsync(platform, table, cancel)).Digest);
    }

    public void Completed(Operation operation, int client)
    {
        if (operation.Type != OperationType.Fail)
        {
            lock (_gate)
            {
                _tables.Add((Table)operation.Input);
            }
        }
    }

    /// <summary>Counts first; then what has an unknown outcome is ingested again, which is safe, and all bytes are read.</summary>
    public async Task ReadAsync(IMlopsClient client, CancellationToken cancellationToken)
    {
        foreach (var dataset in _tables.Select(table => table.Dataset).Distinct())
        {
            var page = await client.Catalog.ListAsync(new CatalogQuery { Kind = "dataset-version", Project = Project, Name = dataset, Limit = MostListed }, cancellationToken);
            foreach (var digest in page.Entries.Select(entry => DatasetVersionKey.Parse(entry.Key).Digest))
            {
                _listed[digest] = _listed.GetValueOrDefault(digest) + 1;
            }
        }

        foreach (var table in _tables)
        {
            var version = await IngestAsync(client, table, cancellationToken);
            table.Digest = version.Digest;
            using var bytes = new MemoryStream();
            await client.Datasets.DownloadAsync(version.Raw.Digest, bytes, cancellationToken);
            if (Digests.Of(bytes.ToArray()) != Digests.Of(table.Bytes))
            {
                _damaged.Add(version.Digest);
            }
        }
    }

    public IEnumerable<Violation> Check(IReadOnlyList<Operation> history)
    {
        foreach (var operation in history)
        {
            var times = _listed.GetValueOrDefault((string?)operation.Output ?? ((Table)operation.Input).Digest);
            if (operation.Type == OperationType.Ok && times == 0)
            {
                yield return new(ViolationKind.Lost, Name, $"not listed: {operation}");
            }
            else if (times > 1)
            {
                yield return new(ViolationKind.Doubled, Name, $"listed {times} times: {operation}");
            }
            else if (operation.Type == OperationType.Ok && _damaged.Contains((string)operation.Output!))
            {
                yield return new(ViolationKind.Wrong, Name, $"other bytes than were given: {operation}");
            }
            else if (operation.Type == OperationType.Fail)
            {
                yield return new(ViolationKind.Wrong, Name, $"refused without a reason: {operation}");
            }
        }

        var known = history.Select(operation => ((Table)operation.Input).Digest).ToHashSet();
        foreach (var stranger in _listed.Keys.Where(digest => !known.Contains(digest)))
        {
            yield return new(ViolationKind.Wrong, Name, $"version {stranger} is listed, which nobody ingested");
        }
    }

    private static Task<DatasetVersionInfo> IngestAsync(IMlopsClient client, Table table, CancellationToken cancellationToken) =>
        client.Datasets.IngestAsync(table.Dataset, new MemoryStream(table.Bytes), DataFormat.Csv, new IngestOptions { Project = Project }, cancellationToken);

    private sealed class Table(string dataset, byte[] bytes)
    {
        public string Dataset { get; } = dataset;

        public byte[] Bytes { get; } = bytes;

        /// <summary>Known when it was ingested again in the end.</summary>
        public string Digest { get; set; } = "";

        public override string ToString() => $"{Bytes.Length} bytes into {Dataset}";
    }
}
