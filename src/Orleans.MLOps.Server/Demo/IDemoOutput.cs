using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Server.Demo;

/// <summary>Where the demo says what it is doing.</summary>
internal interface IDemoOutput
{
    /// <summary>A stage begins.</summary>
    void Stage(string title);

    /// <summary>A fact of the stage.</summary>
    void Fact(string text);

    /// <summary>A week of the replay has passed.</summary>
    void Week(DateTimeOffset now, long predictions, ScoreBook scores);

    /// <summary>A retraining was decided or carried out.</summary>
    void Retraining(PipelineRunInfo run);

    /// <summary>The end.</summary>
    void Report(DemoReport report);
}
