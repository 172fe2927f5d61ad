using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

[GenerateSerializer, Alias("mlops.state.retraining")]
internal sealed class RetrainingState
{
    /// <summary>The record; null before the run has begun.</summary>
    [Id(0)]
    public PipelineRunInfo? Info { get; set; }

    /// <summary>Digest of the sealed frame that the candidates train on.</summary>
    [Id(1)]
    public string? FrameDigest { get; set; }
}
