using Orleans.MLOps.Datasets;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Cohosted;

internal sealed class GrainModelsClient(KnownGrains grains, IBlobStore blobs, GrainCalls calls) : IModelsClient
{
    public Task<ModelInfo> GetAsync(string model, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).Get(cancellationToken), cancellationToken);

    public Task<ModelVersionInfo> GetVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).GetVersion(version, cancellationToken), cancellationToken);

    public Task<ModelVersionInfo> GetVersionByAliasAsync(string model, string alias, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).GetVersionByAlias(alias, cancellationToken), cancellationToken);

    public async Task<BlobRef> UploadAsync(Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        var staged = await blobs.StageAsync(content, cancellationToken).ConfigureAwait(false);
        return await blobs.CommitAsync(staged, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteAsync(string model, string project = "default", CancellationToken cancellationToken = default) =>
        GrainCalls.OnceAsync(static (grain, _, token) => grain.Delete(token), Model(project, model), true, cancellationToken);

    public Task DeleteVersionAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default) =>
        GrainCalls.OnceAsync(static (grain, version, token) => grain.DeleteVersion(version, token), Model(project, model), version, cancellationToken);

    public Task<AliasGates[]> GetGatesAsync(string model, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).GetGates(cancellationToken), cancellationToken);

    public Task<ModelComparison> CompareAsync(string model, int left, int right, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).Compare(left, right, cancellationToken), cancellationToken);

    public Task<ModelCard> GetCardAsync(string model, int version, string project = "default", CancellationToken cancellationToken = default) =>
        calls.RepeatAsync(() => Model(project, model).GetCard(version, cancellationToken), cancellationToken);

    public Task<ModelVersionInfo> RegisterAsync(RegisterModelVersion command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).Register(command, cancellationToken), cancellationToken);
    }

    public Task<ModelInfo> CreateAsync(CreateModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        var model = Model(command.Project, command.Name);

        // Repeated after a lost answer, it would find its own model in the way.
        return command.MustBeNew
            ? GrainCalls.OnceAsync(static (grain, command, token) => grain.Create(command, token), model, command, cancellationToken)
            : calls.RepeatAsync(() => model.Create(command, cancellationToken), cancellationToken);
    }

    public Task<ModelInfo> UpdateAsync(UpdateModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).Update(command, cancellationToken), cancellationToken);
    }

    public Task<ModelInfo> RenameAsync(RenameModel command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return GrainCalls.OnceAsync(
            static (grain, command, token) => grain.Rename(command, token), Model(command.Project, command.Model), command, cancellationToken);
    }

    public Task<ModelVersionInfo> UpdateVersionAsync(UpdateModelVersion command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).UpdateVersion(command, cancellationToken), cancellationToken);
    }

    public Task<ModelVersionInfo> TransitionStageAsync(TransitionStage command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).TransitionStage(command, cancellationToken), cancellationToken);
    }

    public Task<ModelInfo> SetAliasAsync(SetAlias command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).SetAlias(command, cancellationToken), cancellationToken);
    }

    public Task<ModelInfo> RollbackAsync(RollbackAlias command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).Rollback(command, cancellationToken), cancellationToken);
    }

    public Task<AliasHistoryPage> GetAliasHistoryAsync(AliasHistoryQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Model(query.Project, query.Model).GetAliasHistory(query, cancellationToken), cancellationToken);
    }

    public Task<AliasGates> SetGatesAsync(SetGates command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).SetGates(command, cancellationToken), cancellationToken);
    }

    public Task<GateEvaluation> EvaluateGatesAsync(EvaluateGates query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Model(query.Project, query.Model).EvaluateGates(query, cancellationToken), cancellationToken);
    }

    public Task<ModelVersionInfo> ApproveAsync(ApproveVersion command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).Approve(command, cancellationToken), cancellationToken);
    }

    public Task<ModelCard> EditCardAsync(EditModelCard command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return calls.RepeatAsync(() => Model(command.Project, command.Model).EditCard(command, cancellationToken), cancellationToken);
    }

    public Task<ModelPage> SearchAsync(ModelQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().Search(query, cancellationToken), cancellationToken);
    }

    public Task<ModelVersionPage> SearchVersionsAsync(ModelVersionQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().SearchVersions(query, cancellationToken), cancellationToken);
    }

    public Task<ModelVersionInfo[]> ListLatestVersionsAsync(LatestVersionsQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return calls.RepeatAsync(() => Search().ListLatestVersions(query, cancellationToken), cancellationToken);
    }

    private IModelGrain Model(string project, string model) => grains.Get<IModelGrain>(new ModelKey(project, model).ToString());

    private IModelSearchGrain Search() => grains.Get<IModelSearchGrain>(ServiceGrainKeys.ModelSearch);
}
