using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Which datasets have ingests that have not ended; recovery reads it. It is no listing: refused input never shows there.</summary>
internal sealed class IngestJournal(ITables tables, PlatformClock clock)
{
    private const string Kind = "ingest-running";

    public Task AddAsync(DatasetKey dataset, string operationId, CancellationToken cancellationToken = default) => tables.WriteAsync(
        new TableWrite().Add(
            "INSERT INTO operations (op_id, kind, key, result_json, created_us) VALUES ($1, $2, $3, '{}', $4) ON CONFLICT (op_id) DO NOTHING",
            Id(dataset, operationId), Kind, dataset.ToString(), clock.WallNow),
        cancellationToken);

    public Task RemoveAsync(DatasetKey dataset, string operationId, CancellationToken cancellationToken = default) =>
        tables.WriteAsync(new TableWrite().Add("DELETE FROM operations WHERE op_id = $1", Id(dataset, operationId)), cancellationToken);

    /// <summary>The unfinished ingests with the keys of their datasets.</summary>
    public Task<IReadOnlyList<(string Dataset, string OperationId)>> ListAsync(CancellationToken cancellationToken) => tables.QueryAsync(
        "SELECT key, op_id FROM operations WHERE op_id >= $1 AND op_id < $2 AND kind = $3 ORDER BY op_id",
        row => (row.GetString(0), row.GetString(1)[$"{Kind}/{row.GetString(0)}/".Length..]),
        cancellationToken,
        $"{Kind}/", $"{Kind}0", Kind);

    private static string Id(DatasetKey dataset, string operationId) => $"{Kind}/{dataset}/{operationId}";
}
