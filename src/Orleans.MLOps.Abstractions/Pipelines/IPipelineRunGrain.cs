using Orleans.Concurrency;

namespace Orleans.MLOps.Pipelines;

/// <summary>One retraining and its record. Key: <see cref="PipelineRunKey"/>.</summary>
[Alias("mlops.pipelines.pipeline-run-grain")]
public interface IPipelineRunGrain : IGrainWithStringKey
{
    /// <summary>The record; <see cref="NotFoundException"/> if it does not exist.</summary>
    [AlwaysInterleave]
    [Alias("get")]
    Task<PipelineRunInfo> Get(CancellationToken cancellationToken = default);

    /// <summary>The record, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<PipelineRunInfo?> GetState();
}
