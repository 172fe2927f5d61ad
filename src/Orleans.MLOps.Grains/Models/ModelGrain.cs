using System.Text;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

[GrainType("mlops-model")]
internal sealed class ModelGrain(
    [PersistentState(ModelGrain.StateName, GrainServices.StateStorage)] IPersistentState<ModelState> state,
    IBlobStore blobs,
    CatalogTable catalog,
    ModelVersionCheck check,
    PlatformClock clock) : Grain, IModelGrain
{
    public const string StateName = "model-state";

    private readonly Dictionary<int, ModelVersionInfo> _versions = [];
    private ModelKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ModelKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<ModelVersionInfo> Register(RegisterModelVersion command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        if (ModelRegistry.FindRegistered(state.State, command) is { } registered)
        {
            var first = await ReadVersionAsync(registered, cancellationToken);
            await ListAsync(first);
            return first;
        }

        await Task.Run(() => check.RunAsync(command, cancellationToken), cancellationToken);
        var version = ModelRegistry.Decide(state.State, command, clock.WallNow);
        var record = await blobs.WriteAsync(Encoding.UTF8.GetBytes(CatalogJson.Write(version)), cancellationToken);
        ModelRegistry.Apply(state.State, version, command.OperationId, record.Digest);
        await StateWriter.WriteAsync(this, state);
        _versions[version.Version] = version;
        await ListAsync(version);
        return version;
    }

    public async Task<ModelInfo> SetAlias(SetAlias command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Model);
        var decision = ModelRegistry.Decide(state.State, command, clock.WallNow);
        if (decision.Operation is not null)
        {
            ModelRegistry.Apply(state.State, decision);
            await StateWriter.WriteAsync(this, state);
        }

        await ListAsync();
        return Describe();
    }

    public Task<ModelVersionInfo> GetVersion(int version, CancellationToken cancellationToken)
    {
        Describe();
        if (version < 1 || version > state.State.Versions.Count)
        {
            throw new NotFoundException($"Model '{_key.Name}' has no version {version}; it has 1 to {state.State.Versions.Count}.", "version");
        }

        return ReadVersionAsync(version, cancellationToken);
    }

    public Task<ModelInfo> Get(CancellationToken cancellationToken) => Task.FromResult(Describe());

    public Task<ModelInfo?> GetState() => Task.FromResult(ModelRegistry.Describe(state.State, _key));

    private ModelInfo Describe() => ModelRegistry.Describe(state.State, _key)
        ?? throw new NotFoundException($"Model '{_key.Name}' of project '{_key.Project}' does not exist.", "model");

    private async Task<ModelVersionInfo> ReadVersionAsync(int version, CancellationToken cancellationToken)
    {
        if (!_versions.TryGetValue(version, out var info))
        {
            var record = await blobs.ReadOwnAsync(state.State.Versions[version - 1].Record, $"version {version} of model '{_key.Name}'", cancellationToken);
            info = CatalogJson.Read<ModelVersionInfo>(Encoding.UTF8.GetString(record));
            _versions[version] = info;
        }

        return info;
    }

    private Task ListAsync(ModelVersionInfo version) => Task.WhenAll(
        ListAsync(),
        catalog.UpsertAsync(new CatalogEntry
        {
            Key = new ModelVersionKey(_key.Project, _key.Name, version.Version).ToString(),
            Kind = "model-version",
            Project = _key.Project,
            Name = _key.Name,
            Status = version.Status.ToString(),
            Parent = _key.ToString(),
            CreatedAt = version.CreatedAt,
            UpdatedAt = version.CreatedAt,
            Json = CatalogJson.Write(version),
        }));

    private Task ListAsync()
    {
        var model = Describe();
        return catalog.UpsertAsync(new CatalogEntry
        {
            Key = _key.ToString(),
            Kind = "model",
            Project = _key.Project,
            Name = _key.Name,
            CreatedAt = model.CreatedAt,
            UpdatedAt = clock.WallNow,
            Json = CatalogJson.Write(model),
        });
    }

    private void RequireOwn(string project, string model)
    {
        if (project != _key.Project || model != _key.Name)
        {
            throw new InvalidInputException($"model '{model}' of project '{project}' is not '{_key}' that was called.", "model");
        }
    }
}
