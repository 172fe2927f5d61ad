namespace Orleans.MLOps.Serving;

/// <summary>Serving through the SDK.</summary>
public interface IServingClient
{
    /// <summary>Creates or changes an endpoint. Idempotent by operation id.</summary>
    Task<EndpointInfo> DeployAsync(DeployEndpoint command, CancellationToken cancellationToken = default);

    /// <summary>Routes to the variants before the last change. Idempotent by operation id.</summary>
    Task<EndpointInfo> RollbackAsync(string endpoint, string reason, string operationId, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Removes an endpoint. Idempotent by operation id.</summary>
    Task RemoveAsync(RemoveEndpoint command, CancellationToken cancellationToken = default);

    /// <summary>
    /// Unloads an endpoint: until it is loaded or deployed again it answers with <see cref="UnavailableException"/>, also after a restart; its plan and history stay.
    /// Idempotent by operation id.
    /// </summary>
    Task<EndpointInfo> UnloadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Loads an endpoint that was unloaded, by the plan that it had. Idempotent by operation id.</summary>
    Task<EndpointInfo> LoadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>The endpoint as it routes now.</summary>
    Task<EndpointInfo> GetAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Answers a batch of instances.</summary>
    Task<PredictReply> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default);

    /// <summary>Answers tensors.</summary>
    Task<InferReply> InferAsync(InferRequest request, CancellationToken cancellationToken = default);

    /// <summary>
    /// Records predictions that were made elsewhere; acknowledged ones are durable and on their way to the monitors. Safe to repeat by name. What an
    /// <c>EmbeddedModel</c> answers is reported by its <c>EmbeddedTelemetry</c>.
    /// </summary>
    Task<ReportedPredictions> ReportAsync(ReportPredictions report, CancellationToken cancellationToken = default);

    /// <summary>What an endpoint serves, as the silo that is asked answers it.</summary>
    Task<ServedEndpoint> DescribeAsync(DescribeEndpoint query, CancellationToken cancellationToken = default);

    /// <summary>
    /// The newest payloads that an endpoint keeps (<see cref="DeployEndpoint.PayloadLog"/>), of all silos, newest first; needs an operator's key where keys are
    /// asked for. <see cref="NotFoundException"/> for an endpoint that does not exist.
    /// </summary>
    Task<PayloadPage> ReadPayloadsAsync(PayloadQuery query, CancellationToken cancellationToken = default);

    /// <summary>Opens a stream whose messages are answered in order.</summary>
    Task<IServingSession> OpenSessionAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Starts a scoring job and waits until its version stands. Safe to repeat: with the same operation id it finds the job. A failure comes back as its
    /// typed exception, which names column and row where one was wrong; a job that somebody cancelled as <see cref="FailedPreconditionException"/>.
    /// </summary>
    Task<ScoringJobInfo> ScoreDatasetAsync(ScoreDataset command, CancellationToken cancellationToken = default);

    /// <summary>Starts a scoring job and returns at once. Idempotent by operation id. Jobs are listed by the catalog under the kind <c>scoring-job</c>.</summary>
    Task<ScoringJobInfo> StartScoringAsync(ScoreDataset command, CancellationToken cancellationToken = default);

    /// <summary>The state of a scoring job.</summary>
    Task<ScoringJobInfo> GetScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default);

    /// <summary>Asks a scoring job to stop. Idempotent; once all rows are scored and joined it completes all the same.</summary>
    Task CancelScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default);
}
