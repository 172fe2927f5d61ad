using Orleans.MLOps.Pipelines;
using Orleans.MLOps.Server.Demo;

namespace Orleans.MLOps.Server.Tests.Demo;

/// <summary>Says nothing.</summary>
internal sealed class SilentOutput : IDemoOutput
{
    public void Stage(string title)
    {
    }

    public void Fact(string text)
    {
    }

    public void Week(DateTimeOffset now, long predictions, ScoreBook scores)
    {
    }

    public void Retraining(PipelineRunInfo run)
    {
    }

    public void Report(DemoReport report)
    {
    }
}
