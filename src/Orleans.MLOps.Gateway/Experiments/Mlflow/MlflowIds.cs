using System.Globalization;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>MLflow's spellings of ids and places.</summary>
internal static class MlflowIds
{
    /// <summary>The scheme of files that the platform holds.</summary>
    public const string Scheme = "mlflow-artifacts:";

    public static long Experiment(MlflowFields fields) => Experiment(fields.Required("experiment_id"));

    /// <exception cref="InvalidInputException">The text is no number.</exception>
    public static long Experiment(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        ? id
        : throw new InvalidInputException($"Invalid value '{text}' for parameter 'experiment_id' supplied: experiment ids are numbers.", "experiment_id");

    /// <summary>The run that a request names by either of MLflow's two names.</summary>
    public static string Run(MlflowFields fields) => fields.NonEmpty("run_id") ?? fields.NonEmpty("run_uuid") ?? throw fields.Missing("run_id");

    public static string Of(long experimentId) => experimentId.ToString(CultureInfo.InvariantCulture);

    public static string Location(long experimentId, string? location) => location ?? $"{Scheme}/{experimentId}";

    /// <summary>The path of a URI of <see cref="Scheme"/>, whatever host it names.</summary>
    public static string PathOf(string uri)
    {
        var rest = uri[Scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            rest = rest.IndexOf('/', 2) is > 0 and var path ? rest[path..] : "";
        }

        return rest.Trim('/');
    }

    public static string Artifacts(RunInfo run) => $"{Location(run.ExperimentId, run.ArtifactLocation)}/{run.RunId}/artifacts";

    public static string Artifacts(LoggedModelInfo model) => $"{Location(model.ExperimentId, model.ArtifactLocation)}/models/{model.ModelId}/artifacts";
}
