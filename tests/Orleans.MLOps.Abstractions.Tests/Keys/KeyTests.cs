using CsCheck;

namespace Orleans.MLOps.Abstractions.Tests.Keys;

public sealed class KeyTests
{
    private static readonly Gen<string> Name = Gen.String[Gen.Char["aZ09._- /%@äß漢"], 1, 20].Where(name => !string.IsNullOrWhiteSpace(name));
    private static readonly Gen<string> Hex32 = Gen.String[Gen.Char["0123456789abcdef"], 32, 32];
    private static readonly Gen<string> Digest = Gen.String[Gen.Char["0123456789abcdef"], 64, 64];

    [Fact]
    public void MetricName_OtherProject_IsNotThatOfTheDefaultOne() =>
        Assert.Equal(("mlp", "other/mlp"), (new EndpointKey("default", "mlp").MetricName, new EndpointKey("other", "mlp").MetricName));

    [Fact]
    public void Parse_OfAnyNamedKey_GivesTheSameParts() => Gen.Select(Name, Name).Sample((project, name) =>
    {
        Assert.Equal(new(project, name), DatasetKey.Parse(new DatasetKey(project, name).ToString()));
        Assert.Equal(new(project, name), FeatureViewKey.Parse(new FeatureViewKey(project, name).ToString()));
        Assert.Equal(new(project, name), ModelKey.Parse(new ModelKey(project, name).ToString()));
        Assert.Equal(new(project, name), EndpointKey.Parse(new EndpointKey(project, name).ToString()));
        Assert.Equal(new(project, name), ScoringJobKey.Parse(new ScoringJobKey(project, name).ToString()));
        Assert.Equal(new(project, name), PipelineKey.Parse(new PipelineKey(project, name).ToString()));
    });

    [Fact]
    public void Parse_OfAnyVersionKey_GivesTheSameParts() => Gen.Select(Name, Name, Digest, Gen.Int[1, int.MaxValue]).Sample((project, name, digest, version) =>
    {
        var dataset = new DatasetVersionKey(project, name, digest);
        var model = new ModelVersionKey(project, name, version);
        var monitor = new MonitorKey(new EndpointKey(project, name), version);
        Assert.Equal(dataset, DatasetVersionKey.Parse(dataset.ToString()));
        Assert.Equal(model, ModelVersionKey.Parse(model.ToString()));
        Assert.Equal(monitor, MonitorKey.Parse(monitor.ToString()));
    });

    [Fact]
    public void Parse_OfAnyIdKey_GivesTheSameId() => Hex32.Sample(id =>
    {
        Assert.Equal(new(id), RunKey.Parse(new RunKey(id).ToString()));
        Assert.Equal(new(id), JobKey.Parse(new JobKey(id).ToString()));
    });

    [Fact]
    public void ToString_OfDifferentNames_DiffersAndAlwaysHoldsASlash() => Gen.Select(Name, Name, Name, Name).Sample((project, name, otherProject, otherName) =>
    {
        var (key, other) = (new DatasetKey(project, name), new DatasetKey(otherProject, otherName));
        Assert.Contains('/', key.ToString());
        Assert.Equal(key == other, key.ToString() == other.ToString());
    });

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("line\nbreak")]
    public void ToString_NameThatIsNone_IsRefused(string name)
    {
        var error = Assert.Throws<InvalidInputException>(() => new DatasetKey("default", name).ToString());
        Assert.Equal("name", error.Field);
    }

    [Fact]
    public void ToString_NameTooLong_IsRefusedAndSaysWhatIsAllowed()
    {
        var error = Assert.Throws<InvalidInputException>(() => new ModelKey(new string('p', 201), "m").ToString());
        Assert.Equal("project", error.Field);
        Assert.Contains("200", error.Message);
    }

    [Theory]
    [InlineData("dataset/default")]
    [InlineData("model/default/flights")]
    [InlineData("dataset//flights")]
    [InlineData("dataset/default/flights/more")]
    public void Parse_NotADatasetKey_IsRefused(string key) => Assert.Throws<InvalidInputException>(() => DatasetKey.Parse(key));

    [Theory]
    [InlineData("run/ABCDEFABCDEFABCDEFABCDEFABCDEFAB")]
    [InlineData("run/0123")]
    public void Parse_NotARunId_IsRefused(string key) => Assert.Throws<InvalidInputException>(() => RunKey.Parse(key));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void ToString_VersionBelowOne_IsRefused(int version) =>
        Assert.Throws<InvalidInputException>(() => new ModelVersionKey("default", "m", version).ToString());
}
