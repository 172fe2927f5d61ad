using System.Diagnostics;
using Grpc.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Orleans.MLOps.Gateway.Governance;
using Orleans.MLOps.Gateway.Serving.OpenInference.Wire;

namespace Orleans.MLOps.Gateway.Serving.OpenInference;

/// <summary>The Open Inference Protocol over gRPC, with what Triton's clients ask for beside it.</summary>
internal sealed class OpenInferenceService(ServedModels models, HealthCheckService health) : GRPCInferenceService.GRPCInferenceServiceBase
{
    [DoorAccess(DoorAccess.Endpoints)]
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context)
    {
        var report = await health.CheckHealthAsync(context.CancellationToken).ConfigureAwait(false);
        return new ServerReadyResponse { Ready = report.Status == HealthStatus.Healthy };
    }

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        new() { Ready = await models.IsReadyAsync(EndpointScope.Of(context), request.Name, request.Version, context.CancellationToken).ConfigureAwait(false) };

    [DoorAccess(DoorAccess.Endpoints)]
    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context)
    {
        var response = new ServerMetadataResponse { Name = ServerFacts.Name, Version = ServerFacts.Version };
        response.Extensions.AddRange(ServerFacts.Extensions);
        return Task.FromResult(response);
    }

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context) =>
        ModelMessages.Metadata(await models.DescribeAsync(EndpointScope.Of(context), request.Name, request.Version, context.CancellationToken).ConfigureAwait(false));

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ModelConfigResponse> ModelConfig(ModelConfigRequest request, ServerCallContext context) =>
        new() { Config = ModelMessages.Config(await models.DescribeAsync(EndpointScope.Of(context), request.Name, request.Version, context.CancellationToken).ConfigureAwait(false)) };

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ModelInferResponse> ModelInfer(ModelInferRequest request, ServerCallContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var asked = InferMessages.ToRequest(request);
        var decode = Stopwatch.GetElapsedTime(started);
        var reply = await models.InferAsync(EndpointScope.Of(context), asked, context.CancellationToken).ConfigureAwait(false);
        started = Stopwatch.GetTimestamp();
        var response = InferMessages.ToResponse(request, reply);
        DoorMeter.Record("grpc", asked.Project, asked.Endpoint, reply.Version, decode, Stopwatch.GetElapsedTime(started));
        return response;
    }

    /// <summary>Answers in the order of the requests. One that is refused is answered with its error; the stream goes on.</summary>
    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task ModelStreamInfer(
        IAsyncStreamReader<ModelInferRequest> requestStream, IServerStreamWriter<ModelStreamInferResponse> responseStream, ServerCallContext context)
    {
        await foreach (var request in requestStream.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            ModelStreamInferResponse response;
            try
            {
                response = new ModelStreamInferResponse { InferResponse = await ModelInfer(request, context).ConfigureAwait(false) };
            }
            catch (Exception error) when (error is MLOpsException or TimeoutException)
            {
                response = new ModelStreamInferResponse { ErrorMessage = error.Message, InferResponse = new ModelInferResponse { Id = request.Id, ModelName = request.ModelName } };
            }

            await responseStream.WriteAsync(response, context.CancellationToken).ConfigureAwait(false);
        }
    }

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<ModelStatisticsResponse> ModelStatistics(ModelStatisticsRequest request, ServerCallContext context)
    {
        var response = new ModelStatisticsResponse();
        foreach (var endpoint in await models.DescribeAllAsync(EndpointScope.Of(context), request.Name, request.Version, context.CancellationToken).ConfigureAwait(false))
        {
            response.ModelStats.AddRange(ModelMessages.Statistics(endpoint));
        }

        return response;
    }

    [DoorAccess(DoorAccess.Endpoints)]
    public override async Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
    {
        var response = new RepositoryIndexResponse();
        foreach (var entry in await models.IndexAsync(EndpointScope.Of(context), request.Ready, context.CancellationToken).ConfigureAwait(false))
        {
            response.Models.Add(new RepositoryIndexResponse.Types.ModelIndex { Name = entry.Name, Version = entry.Version, State = entry.State, Reason = entry.Reason });
        }

        return response;
    }

    [DoorAccess(DoorAccess.Operators)]
    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        RepositoryParameters.CheckLoad(ToParameters(request.Parameters));
        await models.LoadAsync(EndpointScope.Of(context), request.ModelName, context.CancellationToken).ConfigureAwait(false);
        return new RepositoryModelLoadResponse();
    }

    [DoorAccess(DoorAccess.Operators)]
    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        RepositoryParameters.CheckUnload(ToParameters(request.Parameters));
        await models.UnloadAsync(request.ModelName, context.CancellationToken).ConfigureAwait(false);
        return new RepositoryModelUnloadResponse();
    }

    private static IEnumerable<KeyValuePair<string, object?>> ToParameters(IEnumerable<KeyValuePair<string, ModelRepositoryParameter>> parameters) =>
        parameters.Select(parameter => KeyValuePair.Create(
            parameter.Key, parameter.Value.ParameterChoiceCase == ModelRepositoryParameter.ParameterChoiceOneofCase.BoolParam ? (object?)parameter.Value.BoolParam : null));
}
