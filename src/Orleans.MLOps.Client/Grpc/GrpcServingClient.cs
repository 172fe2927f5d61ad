using Grpc.Core;
using Orleans.MLOps.Client.Polling;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

/// <param name="client">Makes calls.</param>
/// <param name="apart">Gives a client for one call whose attempts go to different gateways.</param>
/// <param name="calls">Deadlines, repeats and errors.</param>
internal sealed class GrpcServingClient(W.Serving.ServingClient client, Func<W.Serving.ServingClient> apart, GrpcCalls calls) : IServingClient
{
    public async Task<EndpointInfo> DeployAsync(DeployEndpoint command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<DeployEndpoint, W.DeployEndpoint>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.DeployAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<EndpointInfo> RollbackAsync(
        string endpoint, string reason, string operationId, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.RollbackEndpointRequest { Project = project, Endpoint = endpoint, Reason = reason, OperationId = operationId };
        return ToRecord(await calls.RepeatAsync(client.RollbackAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task RemoveAsync(RemoveEndpoint command, CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.RemoveAsync, RecordMapper<RemoveEndpoint, W.RemoveEndpoint>.ToMessage(command), cancellationToken);

    public async Task<EndpointInfo> UnloadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.UnloadEndpointRequest { Project = project, Endpoint = endpoint, OperationId = operationId };
        return ToRecord(await calls.RepeatAsync(client.UnloadAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<EndpointInfo> LoadAsync(string endpoint, string operationId, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.LoadEndpointRequest { Project = project, Endpoint = endpoint, OperationId = operationId };
        return ToRecord(await calls.RepeatAsync(client.LoadAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<EndpointInfo> GetAsync(string endpoint, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetEndpointRequest { Project = project, Endpoint = endpoint };
        return ToRecord(await calls.RepeatAsync(client.GetAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<PredictReply> PredictAsync(PredictRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = ServingWire.ToMessage(request);
        if (!message.HasOperationId)
        {
            message.OperationId = Guid.NewGuid().ToString("N");
        }

        return ServingWire.ToRecord(await calls.PredictAsync(Named<W.PredictRequest, W.PredictReply>(client.PredictAsync, static repeat => repeat.IsRepeat = true), message, cancellationToken).ConfigureAwait(false));
    }

    public async Task<InferReply> InferAsync(InferRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var message = InferWire.ToMessage(request);
        if (!message.HasOperationId && !message.MustNotRecord)
        {
            message.OperationId = Guid.NewGuid().ToString("N");
        }

        return InferWire.ToRecord(await (calls.IsHedging
            ? calls.HedgeAsync(Named(apart()), message, cancellationToken)
            : calls.RepeatAsync(Named(client), message, cancellationToken)).ConfigureAwait(false));

        static Func<W.InferRequest, CallOptions, AsyncUnaryCall<W.InferReply>> Named(W.Serving.ServingClient client) =>
            Named<W.InferRequest, W.InferReply>(client.InferAsync, static repeat => repeat.IsRepeat = true);
    }

    public async Task<ReportedPredictions> ReportAsync(ReportPredictions report, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(report);
        var message = ReportWire.ToMessage(report);
        if (!message.HasOperationId)
        {
            message.OperationId = Guid.NewGuid().ToString("N");
        }

        return ReportWire.ToRecord(await calls.PredictAsync(Named<W.ReportPredictions, W.ReportedPredictions>(client.ReportAsync, static repeat => repeat.IsRepeat = true), message, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ServedEndpoint> DescribeAsync(DescribeEndpoint query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<DescribeEndpoint, W.DescribeEndpoint>.ToMessage(query);
        return RecordMapper<ServedEndpoint, W.ServedEndpoint>.ToRecord(
            await calls.RepeatAsync(client.DescribeAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<PayloadPage> ReadPayloadsAsync(PayloadQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<PayloadQuery, W.PayloadQuery>.ToMessage(query);
        return RecordMapper<PayloadPage, W.PayloadPage>.ToRecord(await calls.RepeatAsync(client.ReadPayloadsAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task<IServingSession> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IServingSession>(new GrpcServingSession(() => client.Serve(cancellationToken: CancellationToken.None), calls));
    }

    public Task<ScoringJobInfo> ScoreDatasetAsync(ScoreDataset command, CancellationToken cancellationToken = default) =>
        ScoringPolling.RunAsync(this, command, TimeProvider.System, cancellationToken);

    public async Task<ScoringJobInfo> StartScoringAsync(ScoreDataset command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<ScoreDataset, W.ScoreDataset>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.StartScoringAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ScoringJobInfo> GetScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetScoringRequest { Project = project, Name = name };
        return ToRecord(await calls.RepeatAsync(client.GetScoringAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public Task CancelScoringAsync(string name, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(client.CancelScoringAsync, new W.CancelScoringRequest { Project = project, Name = name }, cancellationToken);

    /// <summary>The attempts of one named request: those after the first say that they are repeats.</summary>
    private static Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> Named<TRequest, TReply>(
        Func<TRequest, CallOptions, AsyncUnaryCall<TReply>> send, Action<TRequest> markRepeat)
    {
        var sent = false;
        return (request, options) =>
        {
            if (sent)
            {
                markRepeat(request);
            }

            sent = true;
            return send(request, options);
        };
    }

    private static EndpointInfo ToRecord(W.EndpointInfo endpoint) => RecordMapper<EndpointInfo, W.EndpointInfo>.ToRecord(endpoint);

    private static ScoringJobInfo ToRecord(W.ScoringJobInfo job) => RecordMapper<ScoringJobInfo, W.ScoringJobInfo>.ToRecord(job);
}
