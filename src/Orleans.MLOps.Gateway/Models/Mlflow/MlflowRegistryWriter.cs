using System.Globalization;
using System.Text.Json;
using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Models.Mlflow;

/// <summary>Registered models and versions in MLflow's messages.</summary>
internal static class MlflowRegistryWriter
{
    public static void Write(Utf8JsonWriter writer, ModelInfo model, IEnumerable<ModelVersionInfo> latest)
    {
        writer.WriteString("name", model.Name);
        writer.Time("creation_timestamp", model.CreatedAt);
        writer.Time("last_updated_timestamp", model.UpdatedAt);
        writer.Text("description", model.Description);
        writer.Items("latest_versions", latest, Write);
        writer.Pairs("tags", model.Tags);
        writer.Items("aliases", model.Aliases, (item, alias) =>
        {
            item.WriteString("alias", alias.Name);
            item.WriteString("version", Number(alias.Version));
        });
    }

    public static void Write(Utf8JsonWriter writer, ModelVersionInfo version)
    {
        writer.WriteString("name", version.Model);
        writer.WriteString("version", Number(version.Version));
        writer.Time("creation_timestamp", version.CreatedAt);
        writer.Time("last_updated_timestamp", version.UpdatedAt);
        writer.Text("user_id", version.User);
        writer.WriteString("current_stage", version.Stage.ToString());
        writer.Text("description", version.Description);
        writer.Text("source", Source(version));
        writer.Text("run_id", version.RunId);
        if (version.Status == ModelVersionStatus.Ready)
        {
            writer.WriteString("status", "READY");
        }
        else
        {
            writer.WriteString("status", "FAILED_REGISTRATION");
            writer.WriteString("status_message", "The exported model does not answer as the trained one does; it may not serve.");
        }

        writer.Text("run_link", version.RunLink);
        writer.Pairs("tags", version.Tags);
        if (version.Aliases.Length > 0)
        {
            writer.WriteStartArray("aliases");
            foreach (var alias in version.Aliases)
            {
                writer.WriteStringValue(alias);
            }

            writer.WriteEndArray();
        }

        writer.Text("model_id", version.LoggedModelId);
    }

    /// <summary>Where a version came from; one that the platform trained lies with its run.</summary>
    public static string? Source(ModelVersionInfo version) =>
        version.Source ?? (version.RunId is { } run ? $"{MlflowModelVersions.RunScheme}{run}/model" : null);

    private static string Number(int version) => version.ToString(CultureInfo.InvariantCulture);
}
