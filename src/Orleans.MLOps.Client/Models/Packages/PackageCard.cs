using System.Globalization;
using System.Text;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Models.Packages;

/// <summary>
/// The card of a version whose card nobody wrote, of what never changes of a version. The registry's own card also tells of tags and
/// approvals, which come and go; with them the same version would not give the same package.
/// </summary>
internal static class PackageCard
{
    public static string Write(ModelPackageManifest version)
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"# {version.Model}, version {version.Version}\n\n");
        card.Append(CultureInfo.InvariantCulture, $"Registered {version.CreatedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC in project {version.Project}.\n");
        Append(card, "Inputs", version.Tensors?.Inputs.Select(Describe) ?? version.Signature.Select(column => (column.Name, column.Categorical ? "text" : "number")));
        Append(card, "Outputs", version.Tensors?.Outputs.Select(Describe) ?? version.Outputs.Select(column => (column.Name, column.Type)));
        Append(
            card,
            "Metrics",
            version.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => (metric.Key, metric.Value.ToString(CultureInfo.InvariantCulture))));
        if (version.Parity is { } parity)
        {
            Append(
                card,
                "Parity of the export",
                [("result", parity.Passed ? "passed" : "failed"), ("rows", $"{parity.Rows}"), ("largest difference", $"{parity.MaxAbsoluteDifference}")]);
        }

        var lineage = version.Lineage;
        Append(
            card,
            "Lineage",
            new (string Name, string? Key)[] { ("training job", lineage.Job), ("run", lineage.RunId), ("dataset version", lineage.DatasetVersion), ("feature view", lineage.FeatureView) }
                .Where(origin => origin.Key is not null)
                .Select(origin => (origin.Name, origin.Key!)));
        return card.ToString();
    }

    private static (string Name, string Value) Describe(TensorSpec spec) => (spec.Name, TensorRules.Form(spec));

    private static void Append(StringBuilder card, string title, IEnumerable<(string Name, string Value)> facts)
    {
        var lines = string.Concat(facts.Select(fact => $"- {fact.Name}: {fact.Value}\n"));
        if (lines.Length > 0)
        {
            card.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n{lines}");
        }
    }
}
