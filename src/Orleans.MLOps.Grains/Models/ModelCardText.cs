using System.Text;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>Writes the card of a version from what is recorded. Pure: the same records give the same text.</summary>
internal static class ModelCardText
{
    public static string Write(ModelInfo model, ModelVersionInfo version, RunFacts run)
    {
        var text = new StringBuilder();
        text.Append($"# {Line(version.Model)}, version {version.Version}\n\n");
        Paragraph(text, model.Description);
        Paragraph(text, version.Description);
        Facts(text, version);
        Table(text, "Inputs", "Name", "Type", VersionSchema.Inputs(version));
        Table(text, "Outputs", "Name", "Type", VersionSchema.Outputs(version));
        Table(text, "Datasets", "Dataset", "Digest", run.Datasets.OrderBy(dataset => dataset.Key, StringComparer.Ordinal).Select(dataset => (dataset.Key, dataset.Value)));
        Table(text, "Metrics", "Metric", "Value", run.MetricsOf(version).OrderBy(metric => metric.Key, StringComparer.Ordinal).Select(metric => (metric.Key, $"{metric.Value:g6}")));
        Table(text, "Params", "Param", "Value", run.Params.OrderBy(param => param.Key, StringComparer.Ordinal).Select(param => (param.Key, param.Value)));
        Table(text, "Tags", "Tag", "Value", version.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => (tag.Key, tag.Value)));
        Table(text, "Approvals", "Who", "When and why", version.Approvals.Select(approval => (approval.Approver, $"{approval.At:u} {approval.Note}".TrimEnd())));
        return text.ToString();
    }

    private static void Facts(StringBuilder text, ModelVersionInfo version)
    {
        text.Append("## Record\n\n");
        Fact(text, "Registered", $"{version.CreatedAt:u}{(version.User is { } user ? $" by {user}" : "")}");
        Fact(text, "Status", version.Status == ModelVersionStatus.Ready ? "ready" : "refused: its export failed parity");
        Fact(text, "Weights (SHA-256)", version.Digest);
        Fact(text, "Source", version.Source);
        Fact(text, "Parity of the export", version.Parity is { } parity
            ? $"{(parity.Passed ? "passed" : "failed")}: largest difference {parity.MaxAbsoluteDifference:g3} over {parity.Rows} rows"
            : null);
        Fact(text, "Dataset version", version.DatasetVersion);
        Fact(text, "Feature view", version.FeatureView);
        Fact(text, "Training job", version.Job);
        Fact(text, "Run", version.RunId);
        Fact(text, "Logged model", version.LoggedModelId);
        text.Append('\n');
    }

    private static void Fact(StringBuilder text, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append($"- {name}: {Line(value)}\n");
        }
    }

    private static void Paragraph(StringBuilder text, string? paragraph)
    {
        if (!string.IsNullOrWhiteSpace(paragraph))
        {
            text.Append(paragraph.Trim()).Append("\n\n");
        }
    }

    private static void Table(StringBuilder text, string title, string first, string second, IEnumerable<(string Name, string Value)> rows)
    {
        var any = false;
        foreach (var (name, value) in rows)
        {
            if (!any)
            {
                text.Append($"## {title}\n\n| {first} | {second} |\n|---|---|\n");
                any = true;
            }

            text.Append($"| {Cell(name)} | {Cell(value)} |\n");
        }

        if (any)
        {
            text.Append('\n');
        }
    }

    private static string Cell(string text) => Line(text).Replace("|", "\\|", StringComparison.Ordinal);

    private static string Line(string text) => string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
