using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Models;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Models;

internal sealed class ModelsService(IMlopsClient client) : W.Models.ModelsBase
{
    public override async Task<W.ModelInfo> Get(W.GetModelRequest request, ServerCallContext context) =>
        ToMessage(await client.Models.GetAsync(
            request.Model, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> GetVersion(W.GetModelVersionRequest request, ServerCallContext context) =>
        RecordMapper<ModelVersionInfo, W.ModelVersionInfo>.ToMessage(await client.Models.GetVersionAsync(
            request.Model, request.Version, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> SetAlias(W.SetAlias request, ServerCallContext context) =>
        ToMessage(await client.Models.SetAliasAsync(
            RecordMapper<SetAlias, W.SetAlias>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    private static W.ModelInfo ToMessage(ModelInfo model) => RecordMapper<ModelInfo, W.ModelInfo>.ToMessage(model);
}
