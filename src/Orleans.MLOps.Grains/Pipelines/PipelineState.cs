using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

[GenerateSerializer, Alias("mlops.state.pipeline")]
internal sealed class PipelineState
{
    [Id(0)]
    public ContinuousTrainingPolicy? Policy { get; set; }

    [Id(1)]
    public bool Enabled { get; set; }

    /// <summary>The retraining under way; null when there is none.</summary>
    [Id(2)]
    public string? ActiveRun { get; set; }

    /// <summary>How it began.</summary>
    [Id(5)]
    public BeginRetraining? ActiveCommand { get; set; }

    /// <summary>Event time of the latest retraining.</summary>
    [Id(3)]
    public DateTimeOffset? LastRetraining { get; set; }

    [Id(4)]
    public DateTimeOffset CreatedAt { get; set; }
}
