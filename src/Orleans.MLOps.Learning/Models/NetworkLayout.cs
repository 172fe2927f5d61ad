namespace Orleans.MLOps.Learning.Models;

/// <summary>Names, shapes and order of a network's weights: the one place that trainer, exporter and reference agree on.</summary>
internal static class NetworkLayout
{
    public static string Embedding(int input) => $"embeddings.{input}.weight";

    public static string Weight(int layer) => $"layers.{layer}.weight";

    public static string Bias(int layer) => $"layers.{layer}.bias";

    /// <summary>Input and output width of every fully connected layer, the output layer included.</summary>
    public static IReadOnlyList<(int Inputs, int Outputs)> Layers(TabularNetworkSpec spec)
    {
        var layers = new List<(int, int)>();
        var width = spec.InputWidth;
        foreach (var hidden in spec.Hidden)
        {
            layers.Add((width, hidden));
            width = hidden;
        }

        layers.Add((width, 1));
        return layers;
    }

    public static IReadOnlyList<(string Name, IReadOnlyList<int> Shape)> Tensors(TabularNetworkSpec spec)
    {
        var tensors = new List<(string, IReadOnlyList<int>)>();
        for (var i = 0; i < spec.Categorical.Count; i++)
            tensors.Add((Embedding(i), [spec.Categorical[i].Vocabulary.Count + 1, spec.Categorical[i].EmbeddingSize]));
        var layers = Layers(spec);
        for (var i = 0; i < layers.Count; i++)
        {
            tensors.Add((Weight(i), [layers[i].Outputs, layers[i].Inputs]));
            tensors.Add((Bias(i), [layers[i].Outputs]));
        }

        return tensors;
    }

    public static void Require(TabularNetworkSpec spec, ModelWeights weights)
    {
        var expected = Tensors(spec);
        for (var i = 0; i < Math.Max(expected.Count, weights.Tensors.Count); i++)
        {
            var wanted = i < expected.Count ? Describe(expected[i].Name, expected[i].Shape) : "nothing";
            var given = i < weights.Tensors.Count ? Describe(weights.Tensors[i].Name, weights.Tensors[i].Shape) : "nothing";
            if (wanted != given)
                throw new ArgumentException($"The weights do not fit the network: tensor {i} is {given}, the network needs {wanted}.");
        }
    }

    private static string Describe(string name, IReadOnlyList<int> shape) => $"{name} [{string.Join(", ", shape)}]";
}
