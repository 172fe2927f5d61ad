using System.Text.Json;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>The parameters of loading and unloading. A model is loaded by the plan of its endpoint, so what would change it is refused instead of left out.</summary>
internal static class RepositoryParameters
{
    private const string Dependents = "unload_dependents";

    /// <exception cref="InvalidInputException">Any is given.</exception>
    public static void CheckLoad(IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        foreach (var (name, _) in parameters)
        {
            throw new InvalidInputException(
                $"Load parameter '{name}' is not supported: a model is loaded by the plan of its endpoint and from the files that were registered; deploy or register to change them.", name);
        }
    }

    /// <summary>No model depends on another, so whether those are to be unloaded too makes no difference.</summary>
    /// <exception cref="InvalidInputException">Another parameter is given, or it is no truth value.</exception>
    public static void CheckUnload(IEnumerable<KeyValuePair<string, object?>> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            if (name != Dependents)
            {
                throw new InvalidInputException($"Unload parameter '{name}' is not supported; '{Dependents}' is.", name);
            }

            if (value is not bool)
            {
                throw new InvalidInputException($"Unload parameter '{Dependents}' must be true or false.", Dependents);
            }
        }
    }

    /// <summary>The parameters in a body of JSON; none in an empty one. Values are truth values, or null for anything else.</summary>
    /// <exception cref="InvalidInputException">The body or its <c>parameters</c> are no object.</exception>
    public static IReadOnlyList<KeyValuePair<string, object?>> Read(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return [];
        }

        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidInputException("The body must be an object.", "body");
            }

            if (!document.RootElement.TryGetProperty("parameters", out var parameters))
            {
                return [];
            }

            return parameters.ValueKind == JsonValueKind.Object
                ? [.. parameters.EnumerateObject().Select(parameter => KeyValuePair.Create(
                    parameter.Name, parameter.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? (object?)parameter.Value.GetBoolean() : null))]
                : throw new InvalidInputException("'parameters' must be an object.", "parameters");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"The body is not valid JSON: {error.Message}", "body", error);
        }
    }
}
