using System.Globalization;
using System.Text;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>The card of a version, of what is recorded of it.</summary>
internal static class PackageCard
{
    public static string Write(ModelVersionInfo version)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {version.Model}, version {version.Version}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"Registered {version.CreatedAt.ToUniversalTime():yyyy-MM-dd HH:mm:ss} UTC in project {version.Project}. Status: {version.Status}.\n\n");
        card.Append("## Inputs\n\n");
        foreach (var column in version.Signature)
        {
            card.Append(CultureInfo.InvariantCulture, $"* {column.Name}: {(column.Categorical ? "category" : "number")}\n");
        }

        card.Append("\n## Quality on the holdout\n\n");
        foreach (var (name, value) in version.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            card.Append(CultureInfo.InvariantCulture, $"* {name}: {value}\n");
        }

        card.Append(
            CultureInfo.InvariantCulture,
            $"\n## Parity of the export\n\n{(version.Parity.Passed ? "Passed" : "Failed")} over {version.Parity.Rows} rows; largest difference {version.Parity.MaxAbsoluteDifference}.\n");
        card.Append("\n## Lineage\n\n");
        Append(card, "Training job", version.Job);
        Append(card, "Run", version.RunId);
        Append(card, "Dataset version", version.DatasetVersion);
        Append(card, "Feature view", version.FeatureView);
        return card.ToString();
    }

    private static void Append(StringBuilder card, string what, string? key)
    {
        if (key is not null)
        {
            card.Append(CultureInfo.InvariantCulture, $"* {what}: `{key}`\n");
        }
    }
}
