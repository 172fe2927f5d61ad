using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>The door of one registered model. It remembers nothing: every decision rests on rows that are read for it.</summary>
[GrainType("mlops-model")]
internal sealed class ModelGrain(RegistryServices registry) : Grain, IModelGrain
{
    private const int LargestPage = 1000;

    private ModelKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ModelKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        return registry.Registration.RegisterAsync(_key, command, cancellationToken);
    }

    public async Task<ModelInfo> Create(CreateModel command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Name);
        await registry.Models.CreateAsync(_key, command, cancellationToken);
        return await Get(cancellationToken);
    }

    public async Task<ModelInfo> Update(UpdateModel command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Models.UpdateAsync(_key, command, cancellationToken);
        return await Get(cancellationToken);
    }

    public async Task<ModelInfo> Rename(RenameModel command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        var renamed = await registry.Models.RenameAsync(_key, command, cancellationToken);
        return await DescribeAsync(renamed, cancellationToken);
    }

    public Task Delete(CancellationToken cancellationToken) => registry.Models.DeleteAsync(_key, cancellationToken);

    public async Task<ModelVersionInfo> UpdateVersion(UpdateModelVersion command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Versions.UpdateAsync(_key, command, cancellationToken);
        return await GetVersion(command.Version, cancellationToken);
    }

    public Task DeleteVersion(int version, CancellationToken cancellationToken) => registry.Versions.DeleteAsync(_key, version, cancellationToken);

    public async Task<ModelVersionInfo> TransitionStage(TransitionStage command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Versions.TransitionAsync(_key, command, cancellationToken);
        return await GetVersion(command.Version, cancellationToken);
    }

    public async Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Aliases.SetAsync(_key, command, cancellationToken);
        return await Get(cancellationToken);
    }

    public async Task<ModelInfo> Rollback(RollbackAlias command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Aliases.RollBackAsync(_key, command, cancellationToken);
        return await Get(cancellationToken);
    }

    public async Task<AliasGates> SetGates(SetGates command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Gates.SetAsync(_key, command, cancellationToken);
        var gates = await registry.Tables.GetGatesAsync(_key, cancellationToken);
        return gates.FirstOrDefault(entry => entry.Alias == command.Alias) ?? new AliasGates { Alias = command.Alias };
    }

    public async Task<ModelVersionInfo> Approve(ApproveVersion command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Versions.ApproveAsync(_key, command, cancellationToken);
        return await GetVersion(command.Version, cancellationToken);
    }

    public async Task<ModelCard> EditCard(EditModelCard command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        await registry.Versions.EditCardAsync(_key, command, cancellationToken);
        return await GetCard(command.Version, cancellationToken);
    }

    public async Task<AliasHistoryPage> GetAliasHistory(AliasHistoryQuery query, CancellationToken cancellationToken)
    {
        RequireOwn(query.Project, query.Model);
        if (query.Limit is < 1 or > LargestPage)
        {
            throw new InvalidInputException($"limit {query.Limit} is not allowed: 1 to {LargestPage}.", "limit");
        }

        if (query.Alias is not null)
        {
            ModelRules.CheckAlias(query.Alias);
        }

        await registry.Tables.RequireAsync(_key, cancellationToken);
        return await registry.Tables.GetHistoryAsync(query, cancellationToken);
    }

    public async Task<AliasGates[]> GetGates(CancellationToken cancellationToken)
    {
        await registry.Tables.RequireAsync(_key, cancellationToken);
        return await registry.Tables.GetGatesAsync(_key, cancellationToken);
    }

    public Task<GateEvaluation> EvaluateGates(EvaluateGates query, CancellationToken cancellationToken)
    {
        RequireOwn(query.Project, query.Model);
        return registry.Gates.PreviewAsync(_key, query, cancellationToken);
    }

    public Task<ModelComparison> Compare(int left, int right, CancellationToken cancellationToken) =>
        registry.Reports.CompareAsync(_key, left, right, cancellationToken);

    public Task<ModelCard> GetCard(int version, CancellationToken cancellationToken) => registry.Reports.GetCardAsync(_key, version, cancellationToken);

    public Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken) =>
        registry.Tables.RequireVersionAsync(_key, version, cancellationToken);

    public async Task<ModelVersionInfo> GetVersionByAlias(string alias, CancellationToken cancellationToken)
    {
        ModelRules.CheckAlias(alias);
        await registry.Tables.RequireAsync(_key, cancellationToken);
        var version = await registry.Tables.FindAliasAsync(_key, alias, cancellationToken)
            ?? throw new NotFoundException($"Model '{_key.Name}' has no alias '{alias}'.", "alias");
        return await GetVersion(version, cancellationToken);
    }

    public Task<ModelInfo> Get(CancellationToken cancellationToken) => DescribeAsync(_key, cancellationToken);

    public Task<ModelInfo?> GetState() => registry.Tables.DescribeAsync(_key, CancellationToken.None);

    private async Task<ModelInfo> DescribeAsync(ModelKey key, CancellationToken cancellationToken) =>
        await registry.Tables.DescribeAsync(key, cancellationToken)
        ?? throw new NotFoundException($"Model '{key.Name}' of project '{key.Project}' does not exist.", "model");

    private void RequireOwn(string project, string model)
    {
        if (project != _key.Project || model != _key.Name)
        {
            throw new InvalidInputException($"model '{model}' of project '{project}' is not '{_key}' that was called.", "model");
        }
    }
}
