using System.Text.Json;
using Orleans.MLOps.Gateway.Serving.Rest;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>The body of a predict request: rows under <c>instances</c>, or columns under <c>inputs</c>.</summary>
/// <param name="Inputs">The tensors.</param>
/// <param name="IsRow">It had rows, and so has the answer.</param>
internal readonly record struct PredictBody(Tensor[] Inputs, bool IsRow)
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64 };

    /// <exception cref="InvalidInputException">It is not what the model takes.</exception>
    public static PredictBody Read(JsonElement root, TensorSpec[] specs)
    {
        SignatureName.Check(root);
        if (specs.Length == 0)
        {
            throw new InvalidInputException("The model takes no inputs, which this protocol cannot ask it for.", "inputs");
        }

        var hasRows = root.TryGetProperty("instances", out var instances);
        var hasColumns = root.TryGetProperty("inputs", out var inputs);
        if (hasRows == hasColumns)
        {
            throw new InvalidInputException(hasRows
                ? "Not formatted correctly: both 'instances' and 'inputs' are given; one of them is needed."
                : "Missing 'inputs' or 'instances' key", "instances");
        }

        return hasRows ? new(Rows(instances, specs), true) : new(Columns(inputs, specs), false);
    }

    /// <summary>Parses a body; bare NaN and infinities are taken.</summary>
    /// <exception cref="InvalidInputException">It is no JSON object.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var document = JsonDocument.Parse(NonFinite.Quote(body), Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw new InvalidInputException("Request is not a JSON object.", "body");
        }
        catch (JsonException error)
        {
            throw new InvalidInputException($"JSON Parse error: {error.Message}", "body", error);
        }
    }

    private static Tensor[] Rows(JsonElement instances, TensorSpec[] specs)
    {
        if (instances.ValueKind != JsonValueKind.Array || instances.GetArrayLength() == 0)
        {
            throw new InvalidInputException("'instances' must be a list of at least one.", "instances");
        }

        var rows = instances.GetArrayLength();
        var isNamed = IsNamed(instances[0]);
        if (!isNamed && specs.Count(spec => !spec.Optional) > 1)
        {
            throw new InvalidInputException($"'instances' must be objects with the keys {Keys(specs)}: the model takes several inputs.", "instances");
        }

        var given = isNamed ? [.. specs.Where(spec => instances[0].TryGetProperty(spec.Name, out _))] : specs[..1];
        var tensors = Array.ConvertAll(given, spec => new NestedTensor(spec));
        Array.ForEach(tensors, tensor => tensor.BeginRows(rows));
        foreach (var instance in instances.EnumerateArray())
        {
            if (IsNamed(instance) != isNamed)
            {
                throw new InvalidInputException("'instances' mixes objects with values or lists.", "instances");
            }

            if (!isNamed)
            {
                tensors[0].Add(instance, 1);
                continue;
            }

            CheckKeys(instance, specs);
            for (var i = 0; i < given.Length; i++)
            {
                tensors[i].Add(
                    instance.TryGetProperty(given[i].Name, out var value) ? value : throw new InvalidInputException($"An instance has no '{given[i].Name}', others have.", given[i].Name), 1);
            }

            if (instance.EnumerateObject().Count() != given.Length)
            {
                throw new InvalidInputException($"The keys of the instances differ: all of them must be {string.Join(", ", given.Select(spec => spec.Name))}.", "instances");
            }
        }

        return Array.ConvertAll(tensors, tensor => tensor.ToTensor(rows));
    }

    private static Tensor[] Columns(JsonElement inputs, TensorSpec[] specs)
    {
        if (!IsNamed(inputs))
        {
            if (specs.Count(spec => !spec.Optional) > 1)
            {
                throw new InvalidInputException($"'inputs' must be an object with the keys {Keys(specs)}: the model takes several inputs.", "inputs");
            }

            return [Column(specs[0], inputs)];
        }

        CheckKeys(inputs, specs);
        return [.. specs.Where(spec => inputs.TryGetProperty(spec.Name, out _)).Select(spec => Column(spec, inputs.GetProperty(spec.Name)))];
    }

    private static Tensor Column(TensorSpec spec, JsonElement value)
    {
        var tensor = new NestedTensor(spec);
        tensor.Add(value, 0);
        return tensor.ToTensor(rows: null);
    }

    private static void CheckKeys(JsonElement named, TensorSpec[] specs)
    {
        foreach (var property in named.EnumerateObject())
        {
            if (!specs.Any(spec => spec.Name == property.Name))
            {
                throw new InvalidInputException($"'{property.Name}' is no input; the model takes {Keys(specs)}.", property.Name);
            }
        }
    }

    private static bool IsNamed(JsonElement value) => value.ValueKind == JsonValueKind.Object && !NestedTensor.IsBytes(value);

    private static string Keys(TensorSpec[] specs) => string.Join(", ", specs.Select(spec => $"'{spec.Name}'"));
}
