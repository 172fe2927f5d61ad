using Orleans.Concurrency;
using Orleans.MLOps.Datasets;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// A dataset version. Calls interleave, so that a long split keeps no reader waiting; every change of state goes through one gate
/// and is seen once it is durable.
/// </summary>
[Reentrant, GrainType("mlops-dataset-version")]
internal sealed class DatasetVersionGrain(
    [PersistentState(DatasetVersionGrain.StateName, GrainServices.StateStorage)] IPersistentState<DatasetVersionState> state,
    DatasetSplits splits,
    IBlobStore blobs,
    CatalogTable catalog,
    PlatformClock clock,
    StateFreshness freshness) : Grain, IDatasetVersionGrain, IDatasetVersionControl, IDisposable
{
    public const string StateName = "dataset-version-state";
    public const string CatalogKind = "dataset-version";

    private readonly SemaphoreSlim _gate = new(1);
    private DatasetVersionKey _key;
    private DatasetVersionInfo? _info;
    private SplitInfo[] _splits = [];
    private DatasetProfile? _profile;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = DatasetVersionKey.Parse(this.GetPrimaryKeyString());
        CanonicalKey.Require(this.GetPrimaryKeyString(), _key.ToString());
        _info = state.State.Info;
        _splits = [.. state.State.Splits];
        return Task.CompletedTask;
    }

    public async Task<DatasetVersionInfo> Get(CancellationToken cancellationToken) =>
        _info ?? throw await freshness.ConfirmAsync(this, StateName, state, Unknown());

    public Task<DatasetVersionInfo?> GetState() => Task.FromResult(_info);

    public async Task<DatasetProfile> GetProfile(CancellationToken cancellationToken)
    {
        Info();
        var sketches = state.State.Sketches!.Digest;
        return _profile ??= await Task.Run(() => DatasetSketches.DescribeAsync(blobs, sketches, cancellationToken), cancellationToken);
    }

    public Task<DatasetVersionInfo> Create(DatasetVersionInfo version, BlobRef sketches, Dictionary<string, string> descriptions, CancellationToken cancellationToken) =>
        LockedAsync(async () =>
        {
            if (_info is { } existing)
            {
                await DescribeAsync(existing, descriptions);
            }
            else
            {
                state.State.Sketches = sketches;
                await WriteAsync(version);
            }

            return Info();
        });

    public Task Describe(Dictionary<string, string> columns, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        var info = Info();
        IngestCommand.RequireTexts(columns);
        IngestCommand.RequireColumns(columns.Keys, info.Columns);
        await DescribeAsync(info, columns);
        return true;
    });

    public Task<SplitInfo> CreateSplit(CreateSplit command, CancellationToken cancellationToken) => LockedAsync(async () =>
    {
        var info = Info();
        SplitRules.Require(command, info.Columns);
        if (Find(command.Name) is { } existing)
        {
            SplitRules.RequireSame(existing, command);
            return existing;
        }

        var split = await Task.Run(() => splits.CreateAsync(info, command, cancellationToken), cancellationToken);
        state.State.Splits.Add(split);
        await StateWriter.WriteAsync(this, state);
        _splits = [.. state.State.Splits];
        return split;
    });

    public Task<SplitInfo> GetSplit(string name, CancellationToken cancellationToken) => Task.FromResult(Split(name));

    public Task<SplitVerification> VerifySplit(string name, CancellationToken cancellationToken)
    {
        var (info, split) = (Info(), Split(name));
        return Task.Run(() => splits.VerifyAsync(info, split, cancellationToken), cancellationToken);
    }

    public void Dispose() => _gate.Dispose();

    private DatasetVersionInfo Info() => _info ?? throw Unknown();

    private NotFoundException Unknown() => new($"Dataset '{_key.Name}' of project '{_key.Project}' has no version '{_key.Digest}'.", "digest");

    private SplitInfo? Find(string name) => Array.Find(_splits, split => split.Name == name);

    private SplitInfo Split(string name)
    {
        Info();
        return Find(name) ?? throw new NotFoundException($"Version {_key.Digest} of dataset '{_key.Name}' has no split '{name}'.", "name");
    }

    private Task DescribeAsync(DatasetVersionInfo info, Dictionary<string, string> descriptions) =>
        WriteAsync(info with { Columns = IngestCommand.Describe(info.Columns, descriptions) });

    private async Task WriteAsync(DatasetVersionInfo info)
    {
        state.State.Info = info;
        await StateWriter.WriteAsync(this, state);
        await catalog.UpsertAsync(new CatalogEntry
        {
            Key = _key.ToString(),
            Kind = CatalogKind,
            Project = info.Project,
            Name = info.Name,
            Parent = new DatasetKey(info.Project, info.Name).ToString(),
            CreatedAt = info.CreatedAt,
            UpdatedAt = clock.WallNow,
            Json = CatalogJson.Write(info),
        });
        _info = info;
    }

    private async Task<T> LockedAsync<T>(Func<Task<T>> work)
    {
        await _gate.WaitAsync();
        try
        {
            return await work();
        }
        finally
        {
            _gate.Release();
        }
    }
}
