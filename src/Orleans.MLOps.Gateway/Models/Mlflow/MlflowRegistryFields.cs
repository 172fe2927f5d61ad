using Orleans.MLOps.Gateway.Experiments.Mlflow;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Models.Mlflow;

/// <summary>What requests to the registry have in common.</summary>
internal static class MlflowRegistryFields
{
    /// <summary>A name for a new model: MLflow's clients could not write <c>models:/name/1</c> of others.</summary>
    public static string NewName(this MlflowFields fields, string field)
    {
        var name = fields.Required(field);
        return name.AsSpan().IndexOfAny('/', ':') < 0
            ? name
            : throw new InvalidInputException($"Invalid model name: '{name}'. Model names cannot contain '/' or ':'.", field);
    }

    public static int Version(this MlflowFields fields)
    {
        var version = fields.RequiredInteger("version");
        return version is > 0 and <= int.MaxValue
            ? (int)version
            : throw new InvalidInputException($"Invalid value '{version}' for parameter 'version' supplied: versions count from 1.", "version");
    }

    /// <summary>A stage by its name in any case.</summary>
    public static ModelStage Stage(string text) => Enum.GetValues<ModelStage>().Cast<ModelStage?>().FirstOrDefault(
            stage => stage.ToString()!.Equals(text, StringComparison.OrdinalIgnoreCase))
        ?? throw new InvalidInputException(
            $"Invalid Model Version stage: {text}. Value must be one of {string.Join(", ", Enum.GetNames<ModelStage>())}.", "stage");

    /// <summary>
    /// Where a version's bytes are. A path of the machine on which the server runs is refused: the platform's own files have no such paths, and
    /// everything else there is not the client's business.
    /// </summary>
    public static string Source(this MlflowFields fields)
    {
        var source = fields.Required("source");
        var colon = source.IndexOf(':', StringComparison.Ordinal);
        var scheme = colon < 0 ? "" : source[..colon];
        var remote = scheme.Length > 1 && scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.') && !scheme.Equals("file", StringComparison.OrdinalIgnoreCase);
        return remote
            ? source
            : throw new InvalidInputException(
                $"Invalid model version source: '{source}'. A local path can only be used when it is inside the artifact directory of the given run, and runs of this server have none on its machine.", "source");
    }
}
