using Orleans.MLOps.Client.Streams;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
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
        return ToRecord(await calls.RepeatAsync(client.GetVersionAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> GetVersionByAliasAsync(
        string model, string alias, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetVersionByAliasRequest { Project = project, Model = model, Alias = alias };
        return ToRecord(await calls.RepeatAsync(client.GetVersionByAliasAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<BlobRef> UploadAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var blob = await PieceSender.UploadAsync(
            calls, content, token => client.Upload(cancellationToken: token), bytes => new W.UploadPiece { Content = bytes }, cancellationToken).ConfigureAwait(false);
        return RecordMapper<BlobRef, W.BlobRef>.ToRecord(blob);
    }

    public Task DeleteAsync(string model, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelRequest { Project = project, Model = model };
        return calls.OnceAsync(client.DeleteAsync, request, cancellationToken);
    }

    public Task DeleteVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelVersionRequest { Project = project, Model = model, Version = version };
        return calls.OnceAsync(client.DeleteVersionAsync, request, cancellationToken);
    }

    public async Task<AliasGates[]> GetGatesAsync(string model, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelRequest { Project = project, Model = model };
        var reply = await calls.RepeatAsync(client.GetGatesAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. reply.Aliases.Select(item => RecordMapper<AliasGates, W.AliasGates>.ToRecord(item))];
    }

    public async Task<ModelComparison> CompareAsync(
        string model, int left, int right, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.CompareVersionsRequest { Project = project, Model = model, Left = left, Right = right };
        return RecordMapper<ModelComparison, W.ModelComparison>.ToRecord(
            await calls.RepeatAsync(client.CompareAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelCard> GetCardAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default)
    {
        var request = new W.GetModelVersionRequest { Project = project, Model = model, Version = version };
        return RecordMapper<ModelCard, W.ModelCard>.ToRecord(
            await calls.RepeatAsync(client.GetCardAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> RegisterAsync(RegisterModelVersion command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<RegisterModelVersion, W.RegisterModelVersion>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.RegisterAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> CreateAsync(CreateModel command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<CreateModel, W.CreateModel>.ToMessage(command);

        // Repeated after a lost answer, it would find its own model in the way.
        return ToRecord(command.MustBeNew
            ? await calls.OnceAsync(client.CreateAsync, request, cancellationToken).ConfigureAwait(false)
            : await calls.RepeatAsync(client.CreateAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> UpdateAsync(UpdateModel command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<UpdateModel, W.UpdateModel>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.UpdateAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> RenameAsync(RenameModel command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<RenameModel, W.RenameModel>.ToMessage(command);
        return ToRecord(await calls.OnceAsync(client.RenameAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> UpdateVersionAsync(UpdateModelVersion command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<UpdateModelVersion, W.UpdateModelVersion>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.UpdateVersionAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> TransitionStageAsync(TransitionStage command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<TransitionStage, W.TransitionStage>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.TransitionStageAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<SetAlias, W.SetAlias>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.SetAliasAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelInfo> RollbackAsync(RollbackAlias command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<RollbackAlias, W.RollbackAlias>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.RollbackAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<AliasHistoryPage> GetAliasHistoryAsync(AliasHistoryQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<AliasHistoryQuery, W.AliasHistoryQuery>.ToMessage(query);
        return RecordMapper<AliasHistoryPage, W.AliasHistoryPage>.ToRecord(
            await calls.RepeatAsync(client.GetAliasHistoryAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<AliasGates> SetGatesAsync(SetGates command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<SetGates, W.SetGates>.ToMessage(command);
        return RecordMapper<AliasGates, W.AliasGates>.ToRecord(
            await calls.RepeatAsync(client.SetGatesAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<GateEvaluation> EvaluateGatesAsync(EvaluateGates query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<EvaluateGates, W.EvaluateGates>.ToMessage(query);
        return RecordMapper<GateEvaluation, W.GateEvaluation>.ToRecord(
            await calls.RepeatAsync(client.EvaluateGatesAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo> ApproveAsync(ApproveVersion command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<ApproveVersion, W.ApproveVersion>.ToMessage(command);
        return ToRecord(await calls.RepeatAsync(client.ApproveAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelCard> EditCardAsync(EditModelCard command, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<EditModelCard, W.EditModelCard>.ToMessage(command);
        return RecordMapper<ModelCard, W.ModelCard>.ToRecord(
            await calls.RepeatAsync(client.EditCardAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelPage> SearchAsync(ModelQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<ModelQuery, W.ModelQuery>.ToMessage(query);
        return RecordMapper<ModelPage, W.ModelPage>.ToRecord(
            await calls.RepeatAsync(client.SearchAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionPage> SearchVersionsAsync(ModelVersionQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<ModelVersionQuery, W.ModelVersionQuery>.ToMessage(query);
        return RecordMapper<ModelVersionPage, W.ModelVersionPage>.ToRecord(
            await calls.RepeatAsync(client.SearchVersionsAsync, request, cancellationToken).ConfigureAwait(false));
    }

    public async Task<ModelVersionInfo[]> ListLatestVersionsAsync(LatestVersionsQuery query, CancellationToken cancellationToken = default)
    {
        var request = RecordMapper<LatestVersionsQuery, W.LatestVersionsQuery>.ToMessage(query);
        var reply = await calls.RepeatAsync(client.ListLatestVersionsAsync, request, cancellationToken).ConfigureAwait(false);
        return [.. reply.Versions.Select(ToRecord)];
    }

    private static ModelInfo ToRecord(W.ModelInfo model) => RecordMapper<ModelInfo, W.ModelInfo>.ToRecord(model);

    private static ModelVersionInfo ToRecord(W.ModelVersionInfo version) => RecordMapper<ModelVersionInfo, W.ModelVersionInfo>.ToRecord(version);
}
