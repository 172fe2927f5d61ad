using Grpc.Core;
using Orleans.MLOps.Client.Wire;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Gateway.Streams;
using Orleans.MLOps.Models;
using W = Orleans.MLOps.Wire.V1;

namespace Orleans.MLOps.Gateway.Models;

internal sealed class ModelsService(IMlopsClient client) : W.Models.ModelsBase
{
    public override async Task<W.ModelInfo> Get(W.GetModelRequest request, ServerCallContext context) =>
        ToMessage(await client.Models.GetAsync(
            request.Model, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> GetVersion(W.GetModelVersionRequest request, ServerCallContext context) =>
        ToMessage(await client.Models.GetVersionAsync(
            request.Model, request.Version, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> GetVersionByAlias(W.GetVersionByAliasRequest request, ServerCallContext context) =>
        ToMessage(await client.Models.GetVersionByAliasAsync(
            request.Model, request.Alias, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.BlobRef> Upload(IAsyncStreamReader<W.UploadPiece> requestStream, ServerCallContext context)
    {
        var content = new PieceReadStream<W.UploadPiece>(requestStream, piece => piece.Content);
        await using (content.ConfigureAwait(false))
        {
            return RecordMapper<BlobRef, W.BlobRef>.ToMessage(
                await client.Models.UploadAsync(content, context.CancellationToken).ConfigureAwait(false));
        }
    }

    public override async Task<W.DeleteModelReply> Delete(W.GetModelRequest request, ServerCallContext context)
    {
        await client.Models.DeleteAsync(
            request.Model, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.DeleteModelReply> DeleteVersion(W.GetModelVersionRequest request, ServerCallContext context)
    {
        await client.Models.DeleteVersionAsync(
            request.Model, request.Version, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        return new();
    }

    public override async Task<W.GetGatesReply> GetGates(W.GetModelRequest request, ServerCallContext context)
    {
        var gates = await client.Models.GetGatesAsync(
            request.Model, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false);
        var reply = new W.GetGatesReply();
        reply.Aliases.Add(gates.Select(item => RecordMapper<AliasGates, W.AliasGates>.ToMessage(item)));
        return reply;
    }

    public override async Task<W.ModelComparison> Compare(W.CompareVersionsRequest request, ServerCallContext context) =>
        RecordMapper<ModelComparison, W.ModelComparison>.ToMessage(await client.Models.CompareAsync(
            request.Model, request.Left, request.Right, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelCard> GetCard(W.GetModelVersionRequest request, ServerCallContext context) =>
        RecordMapper<ModelCard, W.ModelCard>.ToMessage(await client.Models.GetCardAsync(
            request.Model, request.Version, Project.Of(request.HasProject, request.Project), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> Register(W.RegisterModelVersion request, ServerCallContext context) =>
        ToMessage(await client.Models.RegisterAsync(
            Named(RecordMapper<RegisterModelVersion, W.RegisterModelVersion>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> Create(W.CreateModel request, ServerCallContext context) =>
        ToMessage(await client.Models.CreateAsync(
            RecordMapper<CreateModel, W.CreateModel>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> Update(W.UpdateModel request, ServerCallContext context) =>
        ToMessage(await client.Models.UpdateAsync(
            RecordMapper<UpdateModel, W.UpdateModel>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> Rename(W.RenameModel request, ServerCallContext context) =>
        ToMessage(await client.Models.RenameAsync(
            RecordMapper<RenameModel, W.RenameModel>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> UpdateVersion(W.UpdateModelVersion request, ServerCallContext context) =>
        ToMessage(await client.Models.UpdateVersionAsync(
            RecordMapper<UpdateModelVersion, W.UpdateModelVersion>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> TransitionStage(W.TransitionStage request, ServerCallContext context) =>
        ToMessage(await client.Models.TransitionStageAsync(
            Named(RecordMapper<TransitionStage, W.TransitionStage>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> SetAlias(W.SetAlias request, ServerCallContext context) =>
        ToMessage(await client.Models.SetAliasAsync(
            Named(RecordMapper<SetAlias, W.SetAlias>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelInfo> Rollback(W.RollbackAlias request, ServerCallContext context) =>
        ToMessage(await client.Models.RollbackAsync(
            Named(RecordMapper<RollbackAlias, W.RollbackAlias>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.AliasHistoryPage> GetAliasHistory(W.AliasHistoryQuery request, ServerCallContext context) =>
        RecordMapper<AliasHistoryPage, W.AliasHistoryPage>.ToMessage(await client.Models.GetAliasHistoryAsync(
            RecordMapper<AliasHistoryQuery, W.AliasHistoryQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.AliasGates> SetGates(W.SetGates request, ServerCallContext context) =>
        RecordMapper<AliasGates, W.AliasGates>.ToMessage(await client.Models.SetGatesAsync(
            Named(RecordMapper<SetGates, W.SetGates>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.GateEvaluation> EvaluateGates(W.EvaluateGates request, ServerCallContext context) =>
        RecordMapper<GateEvaluation, W.GateEvaluation>.ToMessage(await client.Models.EvaluateGatesAsync(
            Named(RecordMapper<EvaluateGates, W.EvaluateGates>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionInfo> Approve(W.ApproveVersion request, ServerCallContext context) =>
        ToMessage(await client.Models.ApproveAsync(
            Named(RecordMapper<ApproveVersion, W.ApproveVersion>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelCard> EditCard(W.EditModelCard request, ServerCallContext context) =>
        RecordMapper<ModelCard, W.ModelCard>.ToMessage(await client.Models.EditCardAsync(
            Named(RecordMapper<EditModelCard, W.EditModelCard>.ToRecord(request), context), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelPage> Search(W.ModelQuery request, ServerCallContext context) =>
        RecordMapper<ModelPage, W.ModelPage>.ToMessage(await client.Models.SearchAsync(
            RecordMapper<ModelQuery, W.ModelQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ModelVersionPage> SearchVersions(W.ModelVersionQuery request, ServerCallContext context) =>
        RecordMapper<ModelVersionPage, W.ModelVersionPage>.ToMessage(await client.Models.SearchVersionsAsync(
            RecordMapper<ModelVersionQuery, W.ModelVersionQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false));

    public override async Task<W.ListLatestVersionsReply> ListLatestVersions(W.LatestVersionsQuery request, ServerCallContext context)
    {
        var versions = await client.Models.ListLatestVersionsAsync(
            RecordMapper<LatestVersionsQuery, W.LatestVersionsQuery>.ToRecord(request), context.CancellationToken).ConfigureAwait(false);
        var reply = new W.ListLatestVersionsReply();
        reply.Versions.Add(versions.Select(ToMessage));
        return reply;
    }

    private static W.ModelInfo ToMessage(ModelInfo model) => RecordMapper<ModelInfo, W.ModelInfo>.ToMessage(model);

    private static W.ModelVersionInfo ToMessage(ModelVersionInfo version) => RecordMapper<ModelVersionInfo, W.ModelVersionInfo>.ToMessage(version);

    private static RegisterModelVersion Named(RegisterModelVersion command, ServerCallContext context) => command with { User = CallerName.Of(context, command.User) };

    private static TransitionStage Named(TransitionStage command, ServerCallContext context) => command with { RequestedBy = CallerName.Of(context, command.RequestedBy) };

    private static SetAlias Named(SetAlias command, ServerCallContext context) => command with { RequestedBy = CallerName.Of(context, command.RequestedBy) };

    private static RollbackAlias Named(RollbackAlias command, ServerCallContext context) => command with { RequestedBy = CallerName.Of(context, command.RequestedBy) };

    private static SetGates Named(SetGates command, ServerCallContext context) => command with { RequestedBy = CallerName.Of(context, command.RequestedBy) };

    private static EvaluateGates Named(EvaluateGates query, ServerCallContext context) => query with { RequestedBy = CallerName.Of(context, query.RequestedBy) };

    private static ApproveVersion Named(ApproveVersion command, ServerCallContext context) => command with { Approver = CallerName.Of(context, command.Approver)! };

    private static EditModelCard Named(EditModelCard command, ServerCallContext context) => command with { EditedBy = CallerName.Of(context, command.EditedBy) };
}
