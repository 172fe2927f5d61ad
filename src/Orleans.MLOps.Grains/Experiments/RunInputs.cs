using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Records which dataset versions and logged models runs used and made.</summary>
internal sealed class RunInputs(ITables tables)
{
    public const string Input = "input";
    public const string Output = "output";

    private const string Context = "mlflow.data.context";

    public async Task LogAsync(string runId, LogInputs inputs, CancellationToken cancellationToken)
    {
        ExperimentLimits.Check(inputs);
        var write = new TableWrite().RequireActive(runId);
        foreach (var dataset in inputs.Datasets)
        {
            write.Add(
                """
                INSERT INTO run_datasets (run_id, name, digest, source_type, source, schema_text, profile, tags, context)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (run_id, name, digest) DO NOTHING
                """,
                runId, dataset.Name, dataset.Digest, dataset.SourceType, dataset.Source, dataset.Schema, dataset.Profile,
                CatalogJson.Write(dataset.Tags), dataset.Tags.GetValueOrDefault(Context, ""));
        }

        Add(write, runId, Input, inputs.InputModels);
        Add(write, runId, Output, inputs.OutputModels);
        var result = await tables.WriteAsync(write, cancellationToken);
        if (result.FailedRequirement is { } failed)
        {
            throw failed == RunConditions.Active
                ? await RunConditions.RefusalAsync(tables, runId, cancellationToken)
                : LoggedModelTables.Missing(failed[RunLogging.ModelPrefix.Length..]);
        }
    }

    private static void Add(TableWrite write, string runId, string direction, RunModel[] models)
    {
        foreach (var model in models)
        {
            _ = new LoggedModelKey(model.ModelId).ToString();
            write
                .Require(RunLogging.ModelPrefix + model.ModelId, RowCount.One, "SELECT 1 FROM logged_models WHERE model_id = $1", model.ModelId)
                .Add(
                    """
                    INSERT INTO run_models (run_id, direction, model_id, step) VALUES ($1, $2, $3, $4)
                    ON CONFLICT (run_id, direction, model_id) DO UPDATE SET step = excluded.step
                    """,
                    runId, direction, model.ModelId, model.Step);
        }
    }
}
