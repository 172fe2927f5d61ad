namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Writes a tabular network as an ONNX model (opset 17, IR 8, dynamic batch) that takes <c>numeric</c> FP32 [batch, N] and
/// <c>categories</c> INT64 [batch, C], each only when the network has such inputs, and gives <c>probability</c> FP32 [batch, 1].
/// Loads no native library. The same network and weights always give the same bytes.
/// </summary>
public static class OnnxExporter
{
    /// <summary>Name of the input of raw numbers.</summary>
    public const string NumericInput = "numeric";

    /// <summary>Name of the input of category indices.</summary>
    public const string CategoriesInput = "categories";

    /// <summary>Name of the output.</summary>
    public const string ProbabilityOutput = "probability";

    /// <summary>Exports a network.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <returns>The ONNX file's bytes.</returns>
    /// <exception cref="ArgumentException">The specification is not valid or the weights do not fit it.</exception>
    public static byte[] Export(TabularNetworkSpec spec, ModelWeights weights)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(weights);
        spec.Validate();
        NetworkLayout.Require(spec, weights);
        var graph = new OnnxGraph("tabular_network");
        var parts = new List<string>();
        if (spec.Numeric.Count > 0)
            parts.Add(Standardise(graph, spec));
        if (spec.Categorical.Count > 0)
            parts.AddRange(Embed(graph, spec, weights));
        var current = parts.Count == 1 ? parts[0] : graph.Node("Concat", "features", [.. parts], OnnxAttribute.Int("axis", 1));
        var layers = NetworkLayout.Layers(spec);
        for (var i = 0; i < layers.Count; i++)
        {
            var (inputs, outputs) = layers[i];
            var weight = graph.Constant(NetworkLayout.Weight(i), [outputs, inputs], weights[NetworkLayout.Weight(i)]);
            var bias = graph.Constant(NetworkLayout.Bias(i), [outputs], weights[NetworkLayout.Bias(i)]);
            current = graph.Node("Gemm", $"linear_{i}", [current, weight, bias], OnnxAttribute.Int("transB", 1));
            if (i < layers.Count - 1)
                current = graph.Node("Relu", $"hidden_{i}", [current]);
        }

        graph.Node("Sigmoid", ProbabilityOutput, [current]);
        graph.Output(ProbabilityOutput, OnnxGraph.Float, OnnxDimension.Batch, 1);
        return graph.ToArray();
    }

    private static string Standardise(OnnxGraph graph, TabularNetworkSpec spec)
    {
        var width = spec.Numeric.Count;
        graph.Input(NumericInput, OnnxGraph.Float, OnnxDimension.Batch, width);
        var mean = graph.Constant("mean", [width], spec.Numeric.Select(input => input.Mean).ToArray());
        var scale = graph.Constant("scale", [width], spec.Numeric.Select(input => input.Scale).ToArray());
        var low = graph.Constant("lowest", [], [-spec.StandardisedLimit]);
        var high = graph.Constant("highest", [], [spec.StandardisedLimit]);
        graph.Node("Sub", "centred", [NumericInput, mean]);
        graph.Node("Div", "scaled", ["centred", scale]);
        return graph.Node("Clip", "standardised", ["scaled", low, high]);
    }

    private static IEnumerable<string> Embed(OnnxGraph graph, TabularNetworkSpec spec, ModelWeights weights)
    {
        graph.Input(CategoriesInput, OnnxGraph.Int64, OnnxDimension.Batch, spec.Categorical.Count);
        for (var i = 0; i < spec.Categorical.Count; i++)
        {
            var input = spec.Categorical[i];
            var table = graph.Constant(
                NetworkLayout.Embedding(i), [input.Vocabulary.Count + 1, input.EmbeddingSize], weights[NetworkLayout.Embedding(i)]);
            var column = graph.Constant($"column_{i}", i);
            graph.Node("Gather", $"index_{i}", [CategoriesInput, column], OnnxAttribute.Int("axis", 1));
            yield return graph.Node("Gather", $"embedding_{i}", [table, $"index_{i}"], OnnxAttribute.Int("axis", 0));
        }
    }
}
