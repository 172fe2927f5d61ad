using System.Text.Json;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>The body of a classify or regress request: examples, and a context whose features every example has.</summary>
internal static class ExamplesBody
{
    /// <exception cref="InvalidInputException">It is not what the model takes.</exception>
    public static Tensor[] Read(JsonElement root, TensorSpec[] specs)
    {
        SignatureName.Check(root);
        if (!root.TryGetProperty("examples", out var examples) || examples.ValueKind != JsonValueKind.Array || examples.GetArrayLength() == 0)
        {
            throw new InvalidInputException("When method is classify or regress, key 'examples' is expected: a list of at least one example.", "examples");
        }

        var hasContext = root.TryGetProperty("context", out var context);
        if (hasContext && context.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException("'context' must be an object.", "context");
        }

        if (examples[0].ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException("An example is no object of features.", "examples");
        }

        var rows = examples.GetArrayLength();
        var tensors = new List<Tensor>();
        foreach (var spec in specs)
        {
            if (spec.Optional && !examples[0].TryGetProperty(spec.Name, out _) && !(hasContext && context.TryGetProperty(spec.Name, out _)))
            {
                continue;
            }

            var tensor = new NestedTensor(spec);
            tensor.BeginRows(rows);
            foreach (var example in examples.EnumerateArray())
            {
                tensor.Add(Feature(example, hasContext ? context : default, spec), 1);
            }

            tensors.Add(tensor.ToTensor(rows));
        }

        return [.. tensors];
    }

    private static JsonElement Feature(JsonElement example, JsonElement context, TensorSpec spec)
    {
        if (example.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidInputException("An example is no object of features.", "examples");
        }

        if (!example.TryGetProperty(spec.Name, out var value) && !(context.ValueKind == JsonValueKind.Object && context.TryGetProperty(spec.Name, out value)))
        {
            throw new InvalidInputException($"An example has no feature '{spec.Name}'.", spec.Name);
        }

        // A feature of one value may stand in a list; a column of one dimension has none.
        return spec.Shape.Length == 1 && value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1 ? value[0] : value;
    }
}
