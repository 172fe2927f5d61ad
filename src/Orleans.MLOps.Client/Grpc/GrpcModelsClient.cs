using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Models;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Client.Grpc;

internal sealed class GrpcModelsClient(W.Models.ModelsClient client, GrpcCalls calls) : IModelsClient
{
    public async Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelRequest { Project = project, Model = model };
        return ToRecord(await calls.RepeatAsync(client.GetAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> GetVersionAsync(
        string model, int version, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelVersionRequest { Project = project, Model = model, Version = version };
        return RecordMapper<ModelVersionInfo, W.ModelVersionInfo>.ToRecord(
            await calls.RepeatAsync(client.GetVersionAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<SetAlias, W.SetAlias>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.SetAliasAsync, request, cancellationToken).ConfigureAwait(false));
    }

    private static ModelInfo ToRecord(W.ModelInfo model) => RecordMapper<ModelInfo, W.ModelInfo>.ToRecord(model);
}
