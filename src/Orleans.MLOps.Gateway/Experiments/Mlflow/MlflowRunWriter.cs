using System.Text.Json;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>Writes runs as MLflow's messages.</summary>
internal static class MlflowRunWriter
{
    /// <summary>The tag that mirrors a run's name.</summary>
    public const string NameTag = "mlflow.runName";

    public static void Write(Utf8JsonWriter writer, RunInfo run)
    {
        writer.Object("info", info => WriteInfo(info, run));
        writer.Object("data", data =>
        {
            data.Items("metrics", run.Metrics, MlflowWriter.Point);
            data.Pairs("params", run.Params);
            data.Pairs("tags", run.Tags);
        });
        writer.Object("inputs", inputs =>
        {
            inputs.Items("dataset_inputs", run.Datasets, WriteDataset);
            inputs.Items("model_inputs", run.InputModels, (item, model) => item.WriteString("model_id", model.ModelId));
        });
        writer.Object("outputs", outputs => outputs.Items("model_outputs", run.OutputModels, (item, model) =>
        {
            item.WriteString("model_id", model.ModelId);
            item.WriteNumber("step", model.Step);
        }));
    }

    public static void WriteInfo(Utf8JsonWriter writer, RunInfo run)
    {
        writer.WriteString("run_id", run.RunId);
        writer.WriteString("run_uuid", run.RunId);
        writer.WriteString("run_name", run.Name ?? "");
        writer.WriteString("experiment_id", MlflowIds.Of(run.ExperimentId));
        writer.WriteString("user_id", run.User ?? "");
        writer.WriteString("status", MlflowEnums.OfRun.NameOf(run.Status));
        writer.Time("start_time", run.StartedAt);
        writer.Time("end_time", run.EndedAt);
        writer.WriteString("artifact_uri", MlflowIds.Artifacts(run));
        writer.WriteString("lifecycle_stage", MlflowWriter.Stage(run.Lifecycle));
    }

    private static void WriteDataset(Utf8JsonWriter writer, RunDataset dataset)
    {
        writer.Pairs("tags", dataset.Tags);
        writer.Object("dataset", item =>
        {
            item.WriteString("name", dataset.Name);
            item.WriteString("digest", dataset.Digest);
            item.WriteString("source_type", dataset.SourceType);
            item.WriteString("source", dataset.Source);
            item.Text("schema", dataset.Schema);
            item.Text("profile", dataset.Profile);
        });
    }
}
