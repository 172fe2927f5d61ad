namespace Orleans.MLOps.Pipelines;

/// <summary>Continuous training through the SDK.</summary>
public interface IPipelinesClient
{
    /// <summary>
    /// Sets the policy of an endpoint and turns continuous training on. Idempotent. A template from which no candidate could be trained is refused:
    /// its inputs must be those of the serving version, and the base frames must be stored.
    /// </summary>
    Task ConfigureAsync(ContinuousTrainingPolicy policy, CancellationToken cancellationToken = default);

    /// <summary>Turns it off. Idempotent; NotFound when there is no such endpoint.</summary>
    Task DisableAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Picks up requests and due promotions now, as the scheduler does every second. Idempotent; NotFound when there is no such endpoint.</summary>
    Task WakeAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The retraining under way, or null.</summary>
    Task<PipelineRunInfo?> GetActiveRunAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The retrainings of an endpoint, oldest first, at most 1000.</summary>
    Task<PipelineRunInfo[]> ListRunsAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);
}
