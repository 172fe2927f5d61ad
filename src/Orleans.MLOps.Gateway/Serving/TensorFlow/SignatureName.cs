using System.Text.Json;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>The one signature that every model has.</summary>
internal static class SignatureName
{
    public const string Default = "serving_default";

    /// <exception cref="InvalidInputException">Another signature is asked for.</exception>
    public static void Check(JsonElement root)
    {
        if (root.TryGetProperty("signature_name", out var name) && !(name.ValueKind == JsonValueKind.String && name.GetString() is "" or Default))
        {
            throw new InvalidInputException($"Serving signature name: {name} not found in signature def; '{Default}' is known.", "signature_name");
        }
    }
}
