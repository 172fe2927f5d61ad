using Orleans.MLOps.Models;

namespace Orleans.MLOps.Client.Tests.Support;

/// <summary>Stands in for the platform's grain in a cluster of silos.</summary>
public sealed class StandInModelGrain : Grain, IModelGrain
{
    public Task<ModelInfo> Get(CancellationToken cancellationToken = default)
    {
        var key = ModelKey.Parse(this.GetPrimaryKeyString());
        return Task.FromResult(new ModelInfo { Project = key.Project, Name = key.Name });
    }

    public Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken = default) =>
        throw new NotFoundException($"There is no version {version}.", "version");

    public Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<ModelInfo?> GetState() => throw new NotSupportedException();
}
