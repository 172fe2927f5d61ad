using Orleans.MLOps.Grains.Training;
using Orleans.MLOps.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class TrainingInputsTests
{
    private static readonly string Digest = new('a', 64);
    private static readonly string Frame = new('b', 64);
    private static readonly TrainingJobSpec Spec = new() { Name = "job", FrameDigest = Frame, Network = new NetworkOptions() };

    [Fact]
    public void Of_VersionAndView_NamesBothForTraining()
    {
        var inputs = TrainingInputs.Of(Spec with { DatasetVersion = $"dataset/default/late%20flights@{Digest}", FeatureView = "view/default/late:2" });

        Assert.Equal(
            [("late flights", Digest, TrainingInputs.DatasetSource, $"dataset/default/late%20flights@{Digest}"), ("view/default/late:2", Frame, TrainingInputs.FrameSource, "view/default/late:2")],
            inputs.Datasets.Select(used => (used.Name, used.Digest, used.SourceType, used.Source)));
        Assert.All(inputs.Datasets, used => Assert.Equal("training", used.Tags["mlflow.data.context"]));
    }

    [Fact]
    public void Of_FrameAlone_NamesTheFrame()
    {
        var used = Assert.Single(TrainingInputs.Of(Spec).Datasets);

        Assert.Equal(("frame", Frame, Frame), (used.Name, used.Digest, used.Source));
    }

    [Theory]
    [InlineData("0.1.0+0123456789abcdef0123456789abcdef01234567", "0123456789abcdef0123456789abcdef01234567", false)]
    [InlineData("0.1.0+0123456789abcdef0123456789abcdef01234567.dirty", "0123456789abcdef0123456789abcdef01234567", true)]
    public void BuiltSource_VersionWithCommit_SaysCommitAndDirtiness(string version, string commit, bool isDirty) =>
        Assert.Equal(new BuiltSource(commit, isDirty), BuiltSource.Of(version));

    [Theory]
    [InlineData(null)]
    [InlineData("0.1.0")]
    [InlineData("0.1.0+")]
    [InlineData("0.1.0+build.7")]
    public void BuiltSource_VersionWithoutCommit_IsNull(string? version) => Assert.Null(BuiltSource.Of(version));
}
