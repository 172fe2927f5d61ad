using Orleans.MLOps.Experiments;
using Orleans.MLOps.Grains.Experiments;

namespace Orleans.MLOps.Grains.Tests.Experiments;

public sealed class ExperimentLimitsTests
{
    [Fact]
    public void Check_LoneSurrogate_IsRefused()
    {
        foreach (var value in new[] { "\ud83d", "\ude00\ud83d", "a\ud83d" })
        {
            Assert.Throws<InvalidInputException>(() => ExperimentLimits.Check(new LogBatch { Tags = new() { ["t"] = value } }));
        }
    }

    [Fact]
    public void Check_SurrogatePair_IsAllowed() =>
        ExperimentLimits.Check(new LogBatch { Tags = new() { ["t"] = "\ud83d\ude00", ["größe"] = "" } });
}
