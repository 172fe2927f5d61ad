using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainServingClient(IGrainFactory grains) : IServingClient
{
    private readonly InferenceGrains inference = new(grains);

    public Task<EndpointInfo> DeployAsync(DeployEndpoint command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Endpoint(command.Project, command.Name).Deploy(command, cancellationToken);
    }

    public Task<EndpointInfo> RollbackAsync(
        string endpoint, string reason, string operationId, string project = "default", CancellationToken cancellationToken = default) =>
        Endpoint(project, endpoint).Rollback(reason, operationId, cancellationToken);

    public Task<EndpointInfo> GetAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default) =>
        Endpoint(project, endpoint).Get(cancellationToken);

    public async Task<PredictReply> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reply = await inference.Get(request.Project, request.Endpoint)
            .Serve(new() { Predict = request }, cancellationToken).ConfigureAwait(false);
        return reply.Predictions;
    }

    public Task<IServingSession> OpenSessionAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult<IServingSession>(new GrainServingSession(inference));

    private IEndpointGrain Endpoint(string project, string name) => grains.GetGrain<IEndpointGrain>(new EndpointKey(project, name).ToString());
}
