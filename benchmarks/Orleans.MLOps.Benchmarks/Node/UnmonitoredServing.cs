using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>Predicts through <see cref="IUnmonitoredGrain"/>; everything else goes the usual way.</summary>
internal sealed class UnmonitoredServing(IServingClient inner, IGrainFactory grains) : IServingClient
{
    private readonly IUnmonitoredGrain _grain = grains.GetGrain<IUnmonitoredGrain>(new EndpointKey("default", BenchmarkModel.Sampled).ToString());

    public Task<EndpointInfo> DeployAsync(DeployEndpoint command, CancellationToken cancellationToken = default) => inner.DeployAsync(command, cancellationToken);

    public Task<EndpointInfo> RollbackAsync(string endpoint, string reason, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        inner.RollbackAsync(endpoint, reason, operationId, project, cancellationToken);

    public Task<EndpointInfo> GetAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) => inner.GetAsync(endpoint, project, cancellationToken);

    public Task RemoveAsync(RemoveEndpoint command, CancellationToken cancellationToken = default) => inner.RemoveAsync(command, cancellationToken);

    public Task<EndpointInfo> UnloadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        inner.UnloadAsync(endpoint, operationId, project, cancellationToken);

    public Task<EndpointInfo> LoadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        inner.LoadAsync(endpoint, operationId, project, cancellationToken);

    public Task<InferReply> InferAsync(InferRequest request, CancellationToken cancellationToken = default) => inner.InferAsync(request, cancellationToken);

    public Task<ReportedPredictions> ReportAsync(ReportPredictions report, CancellationToken cancellationToken = default) => inner.ReportAsync(report, cancellationToken);

    public Task<ServedEndpoint> DescribeAsync(DescribeEndpoint query, CancellationToken cancellationToken = default) => inner.DescribeAsync(query, cancellationToken);

    public Task<PayloadPage> ReadPayloadsAsync(PayloadQuery query, CancellationToken cancellationToken = default) => inner.ReadPayloadsAsync(query, cancellationToken);

    public Task<PredictReply> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default) => _grain.Predict(request);

    public Task<IServingSession> OpenSessionAsync(CancellationToken cancellationToken = default) => inner.OpenSessionAsync(cancellationToken);

    public Task<ScoringJobInfo> ScoreDatasetAsync(ScoreDataset command, CancellationToken cancellationToken = default) => inner.ScoreDatasetAsync(command, cancellationToken);

    public Task<ScoringJobInfo> StartScoringAsync(ScoreDataset command, CancellationToken cancellationToken = default) => inner.StartScoringAsync(command, cancellationToken);

    public Task<ScoringJobInfo> GetScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        inner.GetScoringAsync(name, project, cancellationToken);

    public Task CancelScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default) => inner.CancelScoringAsync(name, project, cancellationToken);
}
