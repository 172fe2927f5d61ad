using System.Collections.Immutable;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Where the names of each dialect are stored.</summary>
internal static class SearchSchemas
{
    private const string Prompt = "mlflow.prompt.is_prompt";

    /// <summary>Aliases r (runs) and e (experiments). All joins of runs are CROSS, so that SQLite keeps their order.</summary>
    public static SearchSchema Runs { get; } = new()
    {
        Dialect = FilterDialects.Runs,
        From = "runs r CROSS JOIN experiments e",
        Attributes = new Dictionary<string, SearchColumn>
        {
            ["run_id"] = new("r.run_id"),
            ["run_name"] = new("r.name"),
            ["user_id"] = new("r.user_name") { Nullable = true },
            ["status"] = new("upper(r.status)") { Known = Capitals<RunStatus>() },
            ["artifact_uri"] = new("COALESCE(e.artifact_location, 'mlflow-artifacts:/' || CAST(e.experiment_id AS text)) || '/' || r.run_id || '/artifacts'"),
            ["start_time"] = new("r.started_us") { IsTime = true },
            ["end_time"] = new("r.ended_us") { IsTime = true, Nullable = true },
            ["host"] = new("r.host") { Nullable = true },
            ["git_commit"] = new("r.git_commit") { Nullable = true },
        }.ToImmutableDictionary(),
        Sides = Sides(
            (FilterArea.Metric, "latest_metrics", "{0}.run_id = r.run_id"),
            (FilterArea.Param, "params", "{0}.run_id = r.run_id"),
            (FilterArea.Tag, "tags", "{0}.run_id = r.run_id"),
            (FilterArea.Dataset, "run_datasets", "{0}.run_id = r.run_id")),
        Tail = [SearchSchema.By("start_time", isNumber: true, descending: true), SearchSchema.By("run_id", isNumber: false)],
    };

    /// <summary>Alias e.</summary>
    public static SearchSchema Experiments { get; } = new()
    {
        Dialect = FilterDialects.Experiments,
        From = "experiments e",
        Attributes = new Dictionary<string, SearchColumn>
        {
            ["name"] = new("e.name"),
            ["creation_time"] = new("e.created_us") { IsTime = true },
            ["last_update_time"] = new("e.updated_us") { IsTime = true },
            ["experiment_id"] = new("e.experiment_id"),
        }.ToImmutableDictionary(),
        Sides = Sides((FilterArea.Tag, "experiment_tags", "{0}.experiment_id = e.experiment_id")),
        Tail = [SearchSchema.By("creation_time", isNumber: true, descending: true), SearchSchema.By("experiment_id", isNumber: true)],
    };

    /// <summary>Alias g (registered_models).</summary>
    public static SearchSchema RegisteredModels { get; } = new()
    {
        Dialect = FilterDialects.RegisteredModels,
        From = "registered_models g",
        Attributes = new Dictionary<string, SearchColumn>
        {
            ["name"] = new("g.name"),
            ["creation_timestamp"] = new("g.created_us") { IsTime = true },
            ["last_updated_timestamp"] = new("g.updated_us") { IsTime = true },
        }.ToImmutableDictionary(),
        Sides = Sides((FilterArea.Tag, "registered_model_tags", "{0}.project = g.project AND {0}.model = g.name")),
        Tail = [SearchSchema.By("name", isNumber: false)],
        MissingTags = ImmutableDictionary<string, string>.Empty.Add(Prompt, "false"),
    };

    /// <summary>Alias v (model_versions).</summary>
    public static SearchSchema ModelVersions { get; } = new()
    {
        Dialect = FilterDialects.ModelVersions,
        From = "model_versions v",
        Attributes = new Dictionary<string, SearchColumn>
        {
            ["name"] = new("v.model"),
            ["run_id"] = new("v.run_id") { Nullable = true },
            ["source_path"] = new("v.source") { Nullable = true },
            ["version_number"] = new("v.version"),
            ["creation_timestamp"] = new("v.created_us") { IsTime = true },
            ["last_updated_timestamp"] = new("v.updated_us") { IsTime = true },
        }.ToImmutableDictionary(),
        Sides = Sides((FilterArea.Tag, "model_version_tags", "{0}.project = v.project AND {0}.model = v.model AND {0}.version = v.version")),
        Tail =
        [
            SearchSchema.By("last_updated_timestamp", isNumber: true, descending: true),
            SearchSchema.By("name", isNumber: false),
            SearchSchema.By("version_number", isNumber: true, descending: true),
        ],
        MissingTags = ImmutableDictionary<string, string>.Empty.Add(Prompt, "false"),
    };

    /// <summary>Aliases m (logged_models) and e (experiments).</summary>
    public static SearchSchema LoggedModels { get; } = new()
    {
        Dialect = FilterDialects.LoggedModels,
        From = "logged_models m JOIN experiments e ON e.experiment_id = m.experiment_id",
        Attributes = new Dictionary<string, SearchColumn>
        {
            ["name"] = new("m.name"),
            ["model_id"] = new("m.model_id"),
            ["model_type"] = new("m.model_type") { Nullable = true },
            ["status"] = new("upper(m.status)") { Known = Capitals<LoggedModelStatus>() },
            ["source_run_id"] = new("m.source_run_id") { Nullable = true },
            ["creation_timestamp"] = new("m.created_us") { IsTime = true },
            ["last_updated_timestamp"] = new("m.updated_us") { IsTime = true },
        }.ToImmutableDictionary(),
        Sides = Sides(
            (FilterArea.Metric, "logged_model_metrics", "{0}.model_id = m.model_id"),
            (FilterArea.Param, "logged_model_params", "{0}.model_id = m.model_id"),
            (FilterArea.Tag, "logged_model_tags", "{0}.model_id = m.model_id")),
        Tail = [SearchSchema.By("creation_timestamp", isNumber: true, descending: true), SearchSchema.By("model_id", isNumber: false)],
    };

    private static ImmutableArray<string> Capitals<T>()
        where T : struct, Enum => [.. Enum.GetNames<T>().Select(name => name.ToUpperInvariant())];

    private static ImmutableDictionary<FilterArea, SideTable> Sides(params (FilterArea Area, string Table, string On)[] sides) =>
        sides.ToImmutableDictionary(side => side.Area, side => new SideTable(side.Table, side.On));
}
