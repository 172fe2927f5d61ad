using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Tests.Models;

public sealed class TabularNetworkSpecTests
{
    [Fact]
    public void Parse_WrittenJson_GivesTheSameNetwork()
    {
        var spec = SyntheticRows.Spec(0.25f) with { StandardisedLimit = 6f };
        var read = TabularNetworkSpec.Parse(spec.ToJson());
        Assert.Equal(spec.ToJson(), read.ToJson());
        Assert.Equal(spec.Numeric, read.Numeric);
        Assert.Equal(["left", "right"], read.Categorical[1].Vocabulary);
        Assert.Equal(3 + 3 + 2, read.InputWidth);
        Assert.Equal(SyntheticRows.Digest(WeightInitializer.Create(spec, 1)), SyntheticRows.Digest(WeightInitializer.Create(read, 1)));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"numeric":[{"name":"a","mean":0,"scale":0}]}""")]
    [InlineData("""{"numeric":[{"name":"a","mean":0,"scale":1},{"name":"a","mean":0,"scale":1}]}""")]
    [InlineData("""{"numeric":[{"name":"a","mean":0}]}""")]
    [InlineData("""{"numeric":null}""")]
    [InlineData("""{"numeric":[{"name":"a","mean":0,"scale":1}],"hidden":[0]}""")]
    [InlineData("""{"numeric":[{"name":"a","mean":0,"scale":1}],"dropout":1}""")]
    [InlineData("""{"numeric":[{"name":"a","mean":0,"scale":1}],"hiden":[4]}""")]
    [InlineData("""{"categorical":[{"name":"a","vocabulary":["x","x"],"embeddingSize":2}]}""")]
    [InlineData("""{"categorical":[{"name":"a","vocabulary":["x"],"embeddingSize":0}]}""")]
    public void Parse_InvalidNetwork_IsRefused(string json) => Assert.Throws<InvalidDataException>(() => TabularNetworkSpec.Parse(json));
}
