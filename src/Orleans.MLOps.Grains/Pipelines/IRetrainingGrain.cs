using Orleans.Concurrency;
using Orleans.MLOps.Pipelines;

namespace Orleans.MLOps.Grains.Pipelines;

/// <summary>How a pipeline drives its run. Key: <see cref="PipelineRunKey"/>.</summary>
[Alias("mlops.pipelines.retraining-grain")]
internal interface IRetrainingGrain : IGrainWithStringKey
{
    /// <summary>
    /// Begins the run, or goes on where it stands, after a restart too; carries out a promotion that is due. Returns at once
    /// with the record as it is. Idempotent.
    /// </summary>
    [AlwaysInterleave]
    [Alias("drive")]
    Task<PipelineRunInfo> Drive(BeginRetraining command);
}
