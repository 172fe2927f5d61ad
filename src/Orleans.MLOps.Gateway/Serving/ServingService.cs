using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Hosting;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Serving;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Serving;

internal sealed class ServingService(IMlopsClient client, IHostApplicationLifetime lifetime) : W.Serving.ServingBase
{
    private const string Protocol = "mlops";

    private readonly IServingClient serving = client.Serving;

    public override async Task<W.EndpointInfo> Deploy(W.DeployEndpoint request, ServerCallContext context) =>
        ToMessage(await serving.DeployAsync(
            RecordMapper<DeployEndpoint, W.DeployEndpoint>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.EndpointInfo> Rollback(W.RollbackEndpointRequest request, ServerCallContext context) =>
        ToMessage(await serving.RollbackAsync(
            request.Endpoint, request.Reason, request.OperationId, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.RemoveEndpointReply> Remove(W.RemoveEndpoint request, ServerCallContext context)
    {
        await serving.RemoveAsync(RecordMapper<RemoveEndpoint, W.RemoveEndpoint>.ToRecord(request), context.CancellationToken).ConfigureAwait(false);
        return new W.RemoveEndpointReply();
    }

    public override async Task<W.EndpointInfo> Unload(W.UnloadEndpointRequest request, ServerCallContext context) =>
        ToMessage(await serving.UnloadAsync(
            request.Endpoint, request.OperationId, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.EndpointInfo> Load(W.LoadEndpointRequest request, ServerCallContext context) =>
        ToMessage(await serving.LoadAsync(
            request.Endpoint, request.OperationId, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.EndpointInfo> Get(W.GetEndpointRequest request, ServerCallContext context) =>
        ToMessage(await serving.GetAsync(
            request.Endpoint, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<W.PredictReply> Predict(W.PredictRequest request, ServerCallContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var asked = ServingWire.ToRecord(request);
        var decode = Stopwatch.GetElapsedTime(started);
        EndpointScope.Of(context).Require(asked.Project, asked.Endpoint);
        var reply = await serving.PredictAsync(asked, context.CancellationToken).ConfigureAwait(false);
        started = Stopwatch.GetTimestamp();
        var message = ServingWire.ToMessage(reply);
        Record(asked.Project, asked.Endpoint, reply.ModelVersions, decode, started);
        return message;
    }

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<W.InferReply> Infer(W.InferRequest request, ServerCallContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var asked = InferWire.ToRecord(request);
        var decode = Stopwatch.GetElapsedTime(started);
        EndpointScope.Of(context).Require(asked.Project, asked.Endpoint);
        var reply = await serving.InferAsync(asked, context.CancellationToken).ConfigureAwait(false);
        started = Stopwatch.GetTimestamp();
        var message = InferWire.ToMessage(reply);
        DoorMeter.Record(Protocol, asked.Project, asked.Endpoint, reply.Version, decode, Stopwatch.GetElapsedTime(started));
        return message;
    }

    public override async Task<W.ReportedPredictions> Report(W.ReportPredictions request, ServerCallContext context) =>
        ReportWire.ToMessage(await serving.ReportAsync(ReportWire.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<W.ServedEndpoint> Describe(W.DescribeEndpoint request, ServerCallContext context)
    {
        var asked = RecordMapper<DescribeEndpoint, W.DescribeEndpoint>.ToRecord(request);
        EndpointScope.Of(context).Require(asked.Project, asked.Endpoint);
        return RecordMapper<ServedEndpoint, W.ServedEndpoint>.ToMessage(await serving.DescribeAsync(asked, context.CancellationToken).ConfigureAwait(false));
    }

    public override async Task<W.ScoringJobInfo> StartScoring(W.ScoreDataset request, ServerCallContext context) =>
        ToMessage(await serving.StartScoringAsync(
            RecordMapper<ScoreDataset, W.ScoreDataset>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ScoringJobInfo> GetScoring(W.GetScoringRequest request, ServerCallContext context) =>
        ToMessage(await serving.GetScoringAsync(
            request.Name, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.CancelScoringReply> CancelScoring(W.CancelScoringRequest request, ServerCallContext context)
    {
        await serving.CancelScoringAsync(request.Name, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new W.CancelScoringReply();
    }

    [DoorAccess(DoorAccess.Operators)]
    public override async Task<W.PayloadPage> ReadPayloads(W.PayloadQuery request, ServerCallContext context) =>
        RecordMapper<PayloadPage, W.PayloadPage>.ToMessage(await serving.ReadPayloadsAsync(
            RecordMapper<PayloadQuery, W.PayloadQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task Serve(
        IAsyncStreamReader<W.ServeRequest> requestStream, IServerStreamWriter<W.ServeReply> responseStream, ServerCallContext context)
    {
        var scope = EndpointScope.Of(context);
        var session = await serving.OpenSessionAsync(context.CancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
            while (await NextAsync(requestStream, context.CancellationToken, ended.Token).ConfigureAwait(false))
            {
                var started = Stopwatch.GetTimestamp();
                var request = ServingWire.ToRecord(requestStream.Current);
                var decode = Stopwatch.GetElapsedTime(started);
                Require(scope, request);
                var reply = await session.ServeAsync(request, context.CancellationToken).ConfigureAwait(false);
                started = Stopwatch.GetTimestamp();
                var message = ServingWire.ToMessage(reply);
                Record(request.Predict.Project, request.Predict.Endpoint, reply.Predictions.ModelVersions, decode, started);
                await responseStream.WriteAsync(message, context.CancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Rows that several versions share are the first one's.</summary>
    private static void Record(string project, string endpoint, int[] versions, TimeSpan decode, long encodeStarted)
    {
        if (versions.Length > 0)
        {
            DoorMeter.Record(Protocol, project, endpoint, versions[0], decode, Stopwatch.GetElapsedTime(encodeStarted));
        }
    }

    /// <summary>Labels and observations say what is true, to monitors and to windows that other endpoints read too; that is no asking.</summary>
    private static void Require(EndpointScope scope, ServeRequest request)
    {
        scope.Require(request.Predict.Project, request.Predict.Endpoint);
        if (scope.IsLimited && (request.Labels is { PredictionIds.Length: > 0 } || request.Observations is { Keys.Length: > 0 }))
        {
            throw new PermissionDeniedException($"{scope} Labels and observations need a key without endpoints.", request.Labels is { PredictionIds.Length: > 0 } ? "labels" : "observations");
        }
    }

    /// <summary>Waits for the next message. A node that stops ends its streams between two messages, so that no message is cut and callers move on.</summary>
    private async Task<bool> NextAsync(IAsyncStreamReader<W.ServeRequest> requests, CancellationToken cancelled, CancellationToken cancelledOrStopping)
    {
        try
        {
            return await requests.MoveNext(cancelledOrStopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !cancelled.IsCancellationRequested)
        {
            throw new UnavailableException("This node is stopping: the session goes on at another one.", "session");
        }
    }

    private static W.EndpointInfo ToMessage(EndpointInfo endpoint) => RecordMapper<EndpointInfo, W.EndpointInfo>.ToMessage(endpoint);

    private static W.ScoringJobInfo ToMessage(ScoringJobInfo job) => RecordMapper<ScoringJobInfo, W.ScoringJobInfo>.ToMessage(job);
}
