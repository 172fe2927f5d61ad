using System.Security.Cryptography;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Writes batches of params, tags and metrics, each whole or not at all, a named one once.</summary>
internal sealed class RunLogging(ITables tables, PlatformClock clock)
{
    /// <summary>The kind of the rows that remember named batches.</summary>
    public const string OperationKind = "run-log";

    /// <summary>Begins the requirement that a logged model exists.</summary>
    public const string ModelPrefix = "model:";

    private const string ParamPrefix = "param:";
    private const string TagPrefix = "tag:";
    private const string First = "first";

    public async Task LogAsync(string runId, LogBatch batch, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(batch);
        var now = clock.WallNow;
        var write = new TableWrite();
        var digest = batch.OperationId is null ? null : Convert.ToHexStringLower(BatchDigest.Of(batch));
        if (digest is not null)
        {
            write.Require(
                First, RowCount.One,
                "INSERT INTO operations (op_id, kind, key, result_json, created_us) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (op_id) DO NOTHING",
                OperationRow(runId, batch), OperationKind, runId, digest, now);
        }

        write.RequireActive(runId);
        foreach (var (key, value) in batch.Params)
        {
            // Zero rows change when the param has another value: that refuses the whole batch.
            write.Require(
                ParamPrefix + key, RowCount.One,
                """
                INSERT INTO params (run_id, key, value) VALUES ($1, $2, $3)
                ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value WHERE params.value = excluded.value
                """,
                runId, key, value);
        }

        foreach (var expected in batch.ExpectedTags)
        {
            RequireTag(write, runId, expected, batch.Tags[expected.Key]);
        }

        LogStatements.AddTags(write, runId, batch.Tags);
        LogStatements.AddMetrics(write, runId, batch.Metrics, now);
        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement is { } failed && !(failed == First && await IsRepeatAsync(runId, batch, digest!, cancellationToken)))
        {
            throw await RefusalAsync(runId, failed, batch, cancellationToken);
        }
    }

    // A write that others wait for, not a look: between that and the change another silo could change the tag.
    private static void RequireTag(TableWrite write, string runId, ExpectedTag expected, string value)
    {
        if (expected.Value is null)
        {
            write.Require(
                TagPrefix + expected.Key, RowCount.One, "INSERT INTO tags (run_id, key, value) VALUES ($1, $2, $3) ON CONFLICT (run_id, key) DO NOTHING",
                runId, expected.Key, value);
        }
        else
        {
            write.Require(
                TagPrefix + expected.Key, RowCount.One, "UPDATE tags SET value = $4 WHERE run_id = $1 AND key = $2 AND value = $3",
                runId, expected.Key, expected.Value, value);
        }
    }

    private static string OperationRow(string runId, LogBatch batch) => $"{OperationKind}/{runId}/{batch.OperationId}";

    private async Task<bool> IsRepeatAsync(string runId, LogBatch batch, string digest, CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(
            "SELECT result_json FROM operations WHERE op_id = $1", row => row.GetString(0), cancellationToken, OperationRow(runId, batch));
        return rows.Count > 0 && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(rows[0]), Convert.FromHexString(digest));
    }

    private async Task<MLOpsException> RefusalAsync(string runId, string failed, LogBatch batch, CancellationToken cancellationToken)
    {
        if (failed == First)
        {
            return new AlreadyExistsException(
                $"Operation '{batch.OperationId}' wrote another batch to run '{runId}'; give this one an id of its own.", "operation_id");
        }

        if (failed == RunConditions.Active)
        {
            return await RunConditions.RefusalAsync(tables, runId, cancellationToken);
        }

        if (failed.StartsWith(ModelPrefix, StringComparison.Ordinal))
        {
            return new NotFoundException($"Logged model '{failed[ModelPrefix.Length..]}' does not exist.", "metrics.model_id");
        }

        if (failed.StartsWith(TagPrefix, StringComparison.Ordinal))
        {
            return new FailedPreconditionException(
                $"Tag '{failed[TagPrefix.Length..]}' of run '{runId}' is no longer what the batch expects; read it again.", "expected_tags");
        }

        var key = failed[ParamPrefix.Length..];
        var rows = await tables.QueryAsync(
            "SELECT value FROM params WHERE run_id = $1 AND key = $2", row => row.GetString(0), cancellationToken, runId, key);
        return new FailedPreconditionException(
            $"Changing param values is not allowed. Param '{key}' of run '{runId}' is '{(rows.Count == 0 ? null : rows[0])}' and cannot become '{batch.Params[key]}'.",
            $"params.{key}");
    }
}
