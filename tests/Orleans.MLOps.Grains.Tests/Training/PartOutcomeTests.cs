using Orleans.MLOps.Grains.Training;

namespace Orleans.MLOps.Grains.Tests.Training;

public sealed class PartOutcomeTests
{
    [Theory]
    [InlineData("Completed Completed", "Completed")]
    [InlineData("Interrupted Failed Stopped", "Failed")]
    [InlineData("Stopped Interrupted", "Interrupted")]
    [InlineData("Completed Interrupted", "Interrupted")]
    [InlineData("Failed Stale", "Stale")]
    public void Explain_SeveralParts_TakesTheOneThatCausedTheOthers(string ends, string expected)
    {
        PartOutcome[] parts = [.. ends.Split(' ').Select(end => new PartOutcome { End = Enum.Parse<PartEnd>(end) })];

        Assert.Equal(expected, PartOutcome.Explain(parts).End.ToString());
    }

    [Fact]
    public void Explain_AllCompleted_IsTheFirstPartsOutcome()
    {
        var job = new JobOutcome { Status = Orleans.MLOps.Training.TrainingStatus.Completed };

        Assert.Same(job, PartOutcome.Explain([new PartOutcome { End = PartEnd.Completed, Job = job }, new PartOutcome { End = PartEnd.Completed }]).Job);
    }
}
