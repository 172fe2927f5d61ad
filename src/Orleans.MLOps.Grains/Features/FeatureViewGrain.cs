using System.Globalization;
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
    CatalogTable catalog,
    PlatformClock clock) : Grain, IFeatureViewGrain
{
    internal const string StateName = "feature-view-state";
    internal const int KeptFrames = 100;

    private readonly Dictionary<string, Task<FeatureFrame>> _running = [];

    private FeatureViewKey Key => FeatureViewKey.Parse(this.GetPrimaryKeyString());

    public async Task<FeatureViewInfo> Apply(FeatureViewDefinition definition, string dataset, string datasetDigest, CancellationToken cancellationToken)
    {
        ViewRules.Check(definition);
        var source = await SourceAsync(definition.Project, dataset, datasetDigest, cancellationToken);
        await evaluator.CheckAsync(definition, source, cancellationToken);
        var digest = ViewDigest.Of(definition);
        var info = state.State.Versions.Find(version => version.Digest == digest);
        if (info is null)
        {
            info = new FeatureViewInfo
            {
                Definition = definition,
                Version = state.State.Versions.Count + 1,
                Digest = digest,
                CreatedAt = clock.WallNow,
            };
            state.State.Versions = [.. state.State.Versions, info];
            await StateWriter.WriteAsync(this, state);
        }

        await ListAsync(info);
        return info;
    }

    public Task<FeatureViewInfo> Get(int? version, CancellationToken cancellationToken) => Task.FromResult(Find(version));

    public async Task<FeatureFrame> Materialize(MaterializeView command, CancellationToken cancellationToken)
    {
        var view = Find(command.Version);
        var source = await SourceAsync(command.Project, command.Dataset, command.DatasetDigest, cancellationToken);
        var cacheKey = string.Create(CultureInfo.InvariantCulture, $"{view.Version}/{source.Digest}/{command.From:O}/{command.To:O}");
        if (state.State.Frames.Find(frame => frame.Key == cacheKey).Value is { } cached)
        {
            return cached;
        }

        if (!_running.TryGetValue(cacheKey, out var running))
        {
            _running[cacheKey] = running = EvaluateAsync(cacheKey, view, source, command);
        }

        return await running.WaitAsync(cancellationToken);
    }

    public Task<FeatureViewInfo?> GetState() => Task.FromResult(state.State.Versions.LastOrDefault());

    private async Task<FeatureFrame> EvaluateAsync(string cacheKey, FeatureViewInfo view, DatasetVersionInfo source, MaterializeView command)
    {
        try
        {
            var (data, rows) = await evaluator.EvaluateAsync(view.Definition, source, command.From, command.To, CancellationToken.None);
            var frame = new FeatureFrame
            {
                Data = data,
                RowCount = rows,
                Numeric = [.. view.Definition.Numeric, .. view.Definition.Windows.Select(window => window.Name)],
                Categorical = view.Definition.Categorical,
                View = Key.ToString(),
                ViewVersion = view.Version,
                DatasetVersion = new DatasetVersionKey(source.Project, source.Name, source.Digest).ToString(),
            };
            state.State.Frames = [.. state.State.Frames.TakeLast(KeptFrames - 1), new(cacheKey, frame)];
            await StateWriter.WriteAsync(this, state);
            return frame;
        }
        finally
        {
            _running.Remove(cacheKey);
        }
    }

    private FeatureViewInfo Find(int? version)
    {
        var info = version is null ? state.State.Versions.LastOrDefault() : state.State.Versions.Find(candidate => candidate.Version == version);
        return info ?? throw new NotFoundException(
            version is null
                ? $"There is no feature view '{Key.Name}' in project '{Key.Project}'."
                : $"Feature view '{Key.Name}' has no version {version}; it has {state.State.Versions.Count}.",
            "view");
    }

    private Task<DatasetVersionInfo> SourceAsync(string project, string dataset, string digest, CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IDatasetVersionGrain>(new DatasetVersionKey(project, dataset, digest).ToString()).Get(cancellationToken);

    private Task ListAsync(FeatureViewInfo info) => catalog.UpsertAsync(new CatalogEntry
    {
        Key = Key.ToString(),
        Kind = "view",
        Project = Key.Project,
        Name = Key.Name,
        CreatedAt = state.State.Versions[0].CreatedAt,
        UpdatedAt = info.CreatedAt,
        Json = CatalogJson.Write(info),
    });
}
