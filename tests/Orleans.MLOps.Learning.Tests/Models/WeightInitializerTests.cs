using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class WeightInitializerTests
{
    [Fact]
    public void Create_Layers_AreUniformWithinLinearsBound()
    {
        var spec = SyntheticRows.Spec(hidden: [400]);
        var values = WeightInitializer.Create(spec, 5)["layers.0.weight"].ToArray();
        var bound = 1 / Math.Sqrt(spec.InputWidth);
        Assert.Equal(400 * spec.InputWidth, values.Length);
        Assert.All(values, value => Assert.InRange(value, -bound, bound));
        Assert.Equal(bound * bound / 3, values.Average(value => value * value), 0.05 * bound * bound);
        Assert.Equal(0, values.Average(), 0.05 * bound);
    }

    [Fact]
    public void Create_Embeddings_AreNormalWithANeutralUnknownRow()
    {
        var spec = SyntheticRows.Spec() with
        {
            Categorical = [new CategoricalInput { Name = "c", Vocabulary = [.. Enumerable.Range(0, 1000).Select(i => $"{i}")], EmbeddingSize = 4 }],
        };
        var table = WeightInitializer.Create(spec, 5)["embeddings.0.weight"].ToArray();
        Assert.All(table[..4], value => Assert.Equal(0f, value));
        Assert.Equal(0.25, table[4..].Average(value => value * value), 0.02);
        Assert.Equal(0.0, table[4..].Average(), 0.03);
    }

    [Fact]
    public void Create_Seeds_DecideTheWeights()
    {
        var spec = SyntheticRows.Spec();
        Assert.Equal(SyntheticRows.Digest(WeightInitializer.Create(spec, 1)), SyntheticRows.Digest(WeightInitializer.Create(spec, 1)));
        Assert.NotEqual(SyntheticRows.Digest(WeightInitializer.Create(spec, 1)), SyntheticRows.Digest(WeightInitializer.Create(spec, 2)));
    }
}
