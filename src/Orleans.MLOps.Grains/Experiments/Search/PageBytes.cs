using System.Text;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>About how many bytes records take in a message, rather more than less.</summary>
internal static class PageBytes
{
    /// <summary>Field number and length of a text or record.</summary>
    private const int Head = 4;

    private const int Number = 11;
    private const int Time = 18;

    public static long Of(string? text) => text is null ? 0 : Head + Encoding.UTF8.GetByteCount(text);

    public static long Of(string key, string? value) => Head + Of(key) + Of(value);

    public static long Of(MetricPoint point) =>
        Head + Of(point.Key) + Of(point.ModelId) + Of(point.DatasetName) + Of(point.DatasetDigest) + Number + 9 + Time;

    /// <summary>Without what <see cref="RunRows.FillAsync"/> adds.</summary>
    public static long Of(RunInfo run) =>
        Head + Of(run.RunId) + Of(run.Name) + Of(run.User) + Of(run.Host) + Of(run.GitCommit) + Of(run.ArtifactLocation) + (4 * Number) + (2 * Time);

    public static long Of(RunDataset dataset, string tags) =>
        Head + Of(dataset.Name) + Of(dataset.Digest) + Of(dataset.SourceType) + Of(dataset.Source) + Of(dataset.Schema) + Of(dataset.Profile) + Of(tags);

    public static long Of(RunModel model) => Head + Of(model.ModelId) + Number;

    /// <summary>Without tags.</summary>
    public static long Of(ExperimentInfo experiment) =>
        Head + Of(experiment.Project) + Of(experiment.Name) + Of(experiment.ArtifactLocation) + (2 * Number) + (2 * Time);

    /// <summary>Without params, tags and metrics.</summary>
    public static long Of(LoggedModelInfo model) =>
        Head + Of(model.ModelId) + Of(model.Name) + Of(model.ModelType) + Of(model.SourceRunId) + Of(model.ArtifactLocation) + (3 * Number) + (2 * Time);

    public static long Of(ModelMetric metric) => Head + Of(metric.RunId) + Of(metric.Point);

    public static long Of(ModelRegistration registration) => Head + Of(registration.Name) + Number;

    public static long Of(ArtifactInfo file) => Head + Of(file.Path) + Of(file.Digest) + Number + Time;

    /// <summary>Without tags, aliases and approvals. A version has parts of many kinds, so its longer form in JSON is what counts.</summary>
    public static long Of(ModelVersionInfo version) => Of(CatalogJson.Write(version));
}
