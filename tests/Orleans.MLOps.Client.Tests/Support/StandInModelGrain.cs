using System.Collections.Concurrent;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>Stands in for the platform's grain in a cluster of silos.</summary>
public sealed class StandInModelGrain : Grain, IModelGrain
{
    /// <summary>The models whose first question is never answered; it says on which silo it waits.</summary>
    public static ConcurrentDictionary<string, TaskCompletionSource<SiloAddress>> Silent { get; } = new();

    public async Task<ModelInfo> Get(CancellationToken cancellationToken = default)
    {
        var key = ModelKey.Parse(this.GetPrimaryKeyString());
        if (Silent.TryRemove(key.Name, out var waiting))
        {
            waiting.SetResult(GrainContext.Address.SiloAddress!);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return new() { Project = key.Project, Name = key.Name };
    }

    public Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken = default) =>
        throw new NotFoundException($"There is no version {version}.", "version");

    public Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> Create(CreateModel command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> Update(UpdateModel command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> Rename(RenameModel command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task Delete(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelVersionInfo> UpdateVersion(UpdateModelVersion command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task DeleteVersion(int version, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelVersionInfo> TransitionStage(TransitionStage command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> Rollback(RollbackAlias command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<AliasGates> SetGates(SetGates command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelVersionInfo> Approve(ApproveVersion command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelCard> EditCard(EditModelCard command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<AliasHistoryPage> GetAliasHistory(AliasHistoryQuery query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<AliasGates[]> GetGates(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<GateEvaluation> EvaluateGates(EvaluateGates query, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelComparison> Compare(int left, int right, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelCard> GetCard(int version, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelVersionInfo> GetVersionByAlias(string alias, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo?> GetState() => throw new NotSupportedException();
}
