using Orleans.MLOps.Datasets;
using Orleans.MLOps.Features;
using Orleans.MLOps.Governance;
using Orleans.MLOps.Grains.Governance;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Features;

[GrainType("mlops-feature-view")]
internal sealed class FeatureViewGrain(
    [PersistentState(FeatureViewGrain.StateName, GrainServices.StateStorage)] IPersistentState<FeatureViewState> state,
    ViewEvaluator evaluator,
    IBlobStore blobs,
    CatalogTable catalog,
    PlatformClock clock,
    StateFreshness freshness) : Grain, IFeatureViewGrain
{
    public const string StateName = "feature-view-state";
    private const string CatalogKind = "view";

    private readonly Dictionary<FrameInputs, SharedEvaluation> _evaluating = [];
    private readonly WriteQueue _writes = new();
    private FeatureViewKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = FeatureViewKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<FeatureViewInfo> Apply(FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken)
    {
        RequireOwn(definition.Project, definition.Name);
        ViewRules.Check(definition);
        var digest = ViewDigest.Of(definition);
        if (state.State.Versions.Find(version => version.Digest == digest) is { } known)
        {
            await ListAsync(known);
            return known;
        }

        ViewRules.CheckSuccession(definition, state.State.Versions.LastOrDefault()?.Definition);
        await evaluator.CheckAsync(definition, await DatasetAsync(dataset, datasetDigest), cancellationToken);
        var info = new FeatureViewInfo
        {
            Definition = definition,
            Version = state.State.Versions.Count + 1,
            Digest = digest,
            CreatedAt = clock.WallNow,
        };
        state.State.Versions.Add(info);
        await SaveAsync();
        await ListAsync(info);
        return info;
    }

    public async Task<FeatureViewInfo> Get(int? version, CancellationToken cancellationToken)
    {
        try
        {
            return Find(version);
        }
        catch (NotFoundException absence)
        {
            throw await freshness.ConfirmAsync(this, StateName, state, absence);
        }
    }

    public async Task<FeatureFrame> Materialize(MaterializeView command, CancellationToken cancellationToken)
    {
        RequireOwn(command.Project, command.Name);
        if (command.From >= command.To)
        {
            throw new InvalidInputException($"from {command.From:O} does not lie before to {command.To:O}.", "from");
        }

        var info = Find(command.Version);
        var inputs = new FrameInputs
        {
            ViewVersion = info.Version,
            DatasetVersion = new DatasetVersionKey(_key.Project, command.Dataset, command.DatasetDigest).ToString(),
            From = Microseconds(command.From),
            To = Microseconds(command.To),
        };
        if (state.State.Frames.Find(cached => cached.Inputs == inputs) is { } cached && await blobs.FindAsync(cached.Frame.Data.Digest, cancellationToken) is not null)
        {
            return cached.Frame;
        }

        if (!_evaluating.TryGetValue(inputs, out var evaluation) || evaluation.IsAbandoned)
        {
            _evaluating[inputs] = evaluation = new SharedEvaluation(token => EvaluateAsync(info, command, inputs, token));
        }

        return await evaluation.WaitAsync(cancellationToken);
    }

    public Task<FeatureViewInfo?> GetState() => Task.FromResult(state.State.Versions.LastOrDefault());

    private async Task<FeatureFrame> EvaluateAsync(FeatureViewInfo info, MaterializeView command, FrameInputs inputs, CancellationToken cancellationToken)
    {
        // The caller registers this task before anything here may end it.
        await Task.Yield();
        try
        {
            var frame = await evaluator.EvaluateAsync(info, await DatasetAsync(command.Dataset, command.DatasetDigest), inputs, cancellationToken);
            state.State.Remember(new CachedFrame { Inputs = inputs, Frame = frame });
            await SaveAsync();
            return frame;
        }
        finally
        {
            // An abandoned one may have been replaced by then.
            if (!cancellationToken.IsCancellationRequested)
            {
                _evaluating.Remove(inputs);
            }
        }
    }

    private FeatureViewInfo Find(int? version)
    {
        var versions = state.State.Versions;
        var number = version ?? versions.Count;
        return number >= 1 && number <= versions.Count
            ? versions[number - 1]
            : throw new NotFoundException(
                versions.Count == 0
                    ? $"Feature view '{_key.Name}' of project '{_key.Project}' does not exist."
                    : $"Feature view '{_key.Name}' has no version {version}; it has 1 to {versions.Count}.",
                versions.Count == 0 ? "name" : "version");
    }

    private Task<DatasetVersionInfo> DatasetAsync(string dataset, string digest) =>
        GrainFactory.GetGrain<IDatasetVersionGrain>(new DatasetVersionKey(_key.Project, dataset, digest).ToString()).Get();

    private void RequireOwn(string project, string name)
    {
        if (new FeatureViewKey(project, name) != _key)
        {
            throw new InvalidInputException($"The command is for view '{name}' of project '{project}', but went to {_key}.", "name");
        }
    }

    private Task SaveAsync() => _writes.RunAsync(() => StateWriter.WriteAsync(this, state));

    private Task ListAsync(FeatureViewInfo info) => catalog.UpsertAsync(new CatalogEntry
    {
        Kind = CatalogKind,
        Key = _key.ToString(),
        Project = _key.Project,
        Name = _key.Name,
        CreatedAt = state.State.Versions[0].CreatedAt,
        UpdatedAt = info.CreatedAt,
        Json = CatalogJson.Write(state.State.Versions[^1]),
    });

    private static long? Microseconds(DateTimeOffset? time) => time is { } given ? (given - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond : null;
}
