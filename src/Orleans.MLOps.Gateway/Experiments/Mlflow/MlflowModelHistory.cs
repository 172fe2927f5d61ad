using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.MLOps.Gateway.Experiments.Mlflow;

/// <summary>The list of logged models that clients of MLflow's second release keep in a tag.</summary>
internal static class MlflowModelHistory
{
    private static readonly string[] Required = ["artifact_path", "flavors", "utc_time_created", "run_id"];

    /// <exception cref="InvalidInputException">The entry is no JSON object with the members that clients read.</exception>
    public static string Append(string? history, string entry)
    {
        var model = Parse(entry) as JsonObject
            ?? throw new InvalidInputException("Malformed model info: model_json is no JSON object.", "model_json");
        if (Array.Find(Required, name => !model.ContainsKey(name)) is { } missing)
        {
            throw new InvalidInputException($"Model json is missing mandatory fields: {missing}.", "model_json");
        }

        var list = history is null ? [] : Parse(history) as JsonArray ?? [];
        list.Add(model);
        return list.ToJsonString();
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
