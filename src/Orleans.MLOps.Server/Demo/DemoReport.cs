using Orleans.MLOps.Monitoring;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Server.Demo;

/// <summary>What a replay measured. Everything but the wall figures follows from the data and the seed.</summary>
internal sealed record DemoReport
{
    /// <summary>One row a month, then one over all.</summary>
    public required IReadOnlyList<PeriodScores> Periods { get; init; }

    public required IReadOnlyList<Alert> Alerts { get; init; }

    public required IReadOnlyList<PipelineRunInfo> Retrainings { get; init; }

    /// <summary>Firings of raw ADWIN over all versions that served.</summary>
    public required long AdwinFirings { get; init; }

    public required long Predictions { get; init; }

    public required long Labels { get; init; }

    public required WallFigures Wall { get; init; }
}
