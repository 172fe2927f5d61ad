namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Initial weights from a seeded generator of our own, so jobs that share a process cannot disturb each other's start.
/// </summary>
public static class WeightInitializer
{
    private const ulong Purpose = 0x57454947;

    /// <summary>
    /// Draws initial weights. Layers: uniform in plus or minus 1 / sqrt(inputs), as <c>torch.nn.Linear</c> does (He et al. 2015 with
    /// a = sqrt 5). Embeddings: normal with deviation 1 / sqrt(size), so a category starts as heavy as one standardised number;
    /// the row of unknown categories starts at zero, which is neutral until unknown categories are trained on.
    /// </summary>
    /// <param name="spec">The network.</param>
    /// <param name="seed">Seed; the same seed and network give the same weights everywhere.</param>
    /// <returns>Weights in the network's order.</returns>
    /// <exception cref="ArgumentException">The specification is not valid.</exception>
    public static ModelWeights Create(TabularNetworkSpec spec, long seed)
    {
        ArgumentNullException.ThrowIfNull(spec);
        spec.Validate();
        var tensors = NetworkLayout.Tensors(spec);
        var values = new float[tensors.Sum(tensor => tensor.Shape.Aggregate(1, (product, dimension) => checked(product * dimension)))];
        var offset = 0;
        for (var i = 0; i < spec.Categorical.Count; i++)
        {
            var input = spec.Categorical[i];
            var random = new SeededStream((ulong)seed, Purpose, 0, (ulong)i);
            var scale = 1.0 / Math.Sqrt(input.EmbeddingSize);
            var known = values.AsSpan(offset + input.EmbeddingSize, input.Vocabulary.Count * input.EmbeddingSize);
            foreach (ref var value in known)
                value = (float)(random.NextNormal() * scale);
            offset += known.Length + input.EmbeddingSize;
        }

        var layers = NetworkLayout.Layers(spec);
        for (var i = 0; i < layers.Count; i++)
        {
            var random = new SeededStream((ulong)seed, Purpose, 1, (ulong)i);
            var bound = 1.0 / Math.Sqrt(layers[i].Inputs);
            var layer = values.AsSpan(offset, layers[i].Outputs * (layers[i].Inputs + 1));
            foreach (ref var value in layer)
                value = (float)((random.NextDouble() * 2.0 - 1.0) * bound);
            offset += layer.Length;
        }

        return new ModelWeights(tensors, values);
    }
}
