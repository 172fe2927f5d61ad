using Orleans.Concurrency;

namespace Orleans.MLOps.Pipelines;

/// <summary>The continuous training of one endpoint. Key: <see cref="PipelineKey"/> with the endpoint's name.</summary>
[Alias("mlops.pipelines.pipeline-grain")]
public interface IPipelineGrain : IGrainWithStringKey
{
    /// <summary>Sets the policy and turns continuous training on. Idempotent. Refuses windows that cannot hold.</summary>
    [Alias("configure")]
    Task Configure(ContinuousTrainingPolicy policy, CancellationToken cancellationToken = default);

    /// <summary>Turns it off; a retraining under way is finished. Idempotent.</summary>
    [Alias("disable")]
    Task Disable(CancellationToken cancellationToken = default);

    /// <summary>Picks up requests and due promotions now, as the scheduler does every second. Idempotent.</summary>
    [Alias("wake")]
    Task Wake(CancellationToken cancellationToken = default);

    /// <summary>The retraining under way, or null.</summary>
    [AlwaysInterleave]
    [Alias("get-active-run")]
    Task<PipelineRunInfo?> GetActiveRun(CancellationToken cancellationToken = default);

    /// <summary>The policy, or null; the dashboard shows it.</summary>
    [AlwaysInterleave]
    [Alias("get-state")]
    Task<ContinuousTrainingPolicy?> GetState();
}
