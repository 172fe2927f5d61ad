using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainServingClient(KnownGrains grains, TimeProvider clock, GrainCalls calls) : IServingClient
{
    private readonly InferenceGrains inference = new(grains);

    public Task<EndpointInfo> DeployAsync(DeployEndpoint command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Endpoint(command.Project, command.Name).Deploy(command, cancellationToken), cancellationToken);
    }

    public Task<EndpointInfo> RollbackAsync(
        string endpoint, string reason, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Endpoint(project, endpoint).Rollback(reason, operationId, cancellationToken), cancellationToken);

    public Task RemoveAsync(RemoveEndpoint command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Endpoint(command.Project, command.Name).Remove(command, cancellationToken), cancellationToken);
    }

    public Task<EndpointInfo> UnloadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Endpoint(project, endpoint).Unload(operationId, cancellationToken), cancellationToken);

    public Task<EndpointInfo> LoadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Endpoint(project, endpoint).Load(operationId, cancellationToken), cancellationToken);

    public Task<EndpointInfo> GetAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Endpoint(project, endpoint).Get(cancellationToken), cancellationToken);

    public async Task<PredictReply> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reply = await inference.ServeAsync(new() { Predict = request }, cancellationToken).ConfigureAwait(false);
        return reply.Predictions;
    }

    public Task<InferReply> InferAsync(InferRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return inference.InferAsync(request, cancellationToken);
    }

    public Task<ReportedPredictions> ReportAsync(ReportPredictions report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        return inference.ReportAsync(report, cancellationToken);
    }

    public Task<ServedEndpoint> DescribeAsync(DescribeEndpoint query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => inference.Get(query.Project, query.Endpoint).Describe(query, cancellationToken), cancellationToken);
    }

    public Task<PayloadPage> ReadPayloadsAsync(PayloadQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => inference.Get(query.Project, query.Endpoint).ReadPayloads(query, cancellationToken), cancellationToken);
    }

    public Task<IServingSession> OpenSessionAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IServingSession>(new GrainServingSession(inference));

    public Task<ScoringJobInfo> ScoreDatasetAsync(ScoreDataset command, CancellationToken cancellationToken = default) =>
        ScoringPolling.RunAsync(this, command, clock, cancellationToken);

    public Task<ScoringJobInfo> StartScoringAsync(ScoreDataset command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Scoring(command.Project, command.Name).Start(command, cancellationToken), cancellationToken);
    }

    public Task<ScoringJobInfo> GetScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Scoring(project, name).Get(cancellationToken), cancellationToken);

    public Task CancelScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Scoring(project, name).Cancel(cancellationToken), cancellationToken);

    private IScoringJobGrain Scoring(string project, string name) => grains.Get<IScoringJobGrain>(new ScoringJobKey(project, name).ToString());

    private IEndpointGrain Endpoint(string project, string name) => grains.Get<IEndpointGrain>(new EndpointKey(project, name).ToString());
}
