using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Hosting;

/// <summary>Empties a development store: experiments, runs, logged models and the registry. Datasets, endpoints and logs stay.</summary>
public sealed class TrackingReset(ITables tables)
{
    // What refers to others goes before them.
    private static readonly string[] Tables =
    [
        "model_operations", "model_gates", "model_alias_history", "model_aliases", "model_cards", "model_approvals", "model_version_tags", "model_versions",
        "registered_model_tags", "retired_models", "registered_models", "run_models", "logged_model_metrics", "logged_model_tags", "logged_model_params", "logged_models",
        "run_datasets", "latest_metrics", "metric_points", "metric_series", "params", "tags", "runs", "experiment_tags",
    ];

    /// <summary>Removes everything in one write; experiment 0 stays, empty. The files' bytes are given back later.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var write = new TableWrite()
            .Add(
                """
                INSERT INTO released_blobs (digest, released_us) SELECT DISTINCT digest, CAST($1 AS bigint) FROM artifact_files WHERE 1 = 1
                ON CONFLICT (digest) DO UPDATE SET released_us = excluded.released_us
                """,
                TimeProvider.System.GetUtcNow())
            .Add("DELETE FROM artifact_files")
            .Add("DELETE FROM operations WHERE kind = 'run-log'");
        foreach (var table in Tables)
        {
            write.Add($"DELETE FROM {table}");
        }

        await tables.WriteAsync(
            write
                .Add("DELETE FROM experiments WHERE experiment_id <> 0")
                .Add("UPDATE experiments SET name = 'Default', lifecycle = $1, artifact_location = NULL WHERE experiment_id = 0", nameof(Experiments.Lifecycle.Active)),
            cancellationToken);
    }
}
