using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>The dialects: MLflow's names, and the platform's own attributes of runs beside them.</summary>
internal static class FilterDialects
{
    private const FilterOperator KeyOperators = FilterOperators.Texts | FilterOperators.Presence;
    private const FilterOperator ListOperators = FilterOperators.Texts | FilterOperators.Lists;

    private static readonly ImmutableArray<string> AttributePrefixes = ["attributes", "attribute", "attr"];

    public static FilterDialect Runs { get; } = new(
        "runs",
        [
            new()
            {
                Area = FilterArea.Attribute,
                Prefixes = ["attributes", "attribute", "attr", "run"],
                Bare = true,
                Orders = true,
                Names =
                [
                    new("run_id", ListOperators),
                    new("run_name", FilterOperators.Texts) { Aliases = ["name", "run name", "Run name", "Run Name"] },
                    new("user_id", FilterOperators.Texts) { Aliases = ["user"] },
                    new("status", FilterOperators.Texts),
                    new("artifact_uri", FilterOperators.Texts),
                    new("start_time", FilterOperators.Numbers, IsNumber: true) { Aliases = ["created", "Created"] },
                    new("end_time", FilterOperators.Numbers, IsNumber: true),
                    new("host", FilterOperators.Texts),
                    new("git_commit", FilterOperators.Texts),
                ],
            },
            Metrics,
            Keys(FilterArea.Param, KeyOperators, "params", "param", "parameters", "parameter"),
            Keys(FilterArea.Tag, KeyOperators, "tags", "tag"),
            new()
            {
                Area = FilterArea.Dataset,
                Prefixes = ["datasets", "dataset"],
                Names = [new("name", ListOperators), new("digest", ListOperators), new("context", ListOperators)],
            },
        ]);

    public static FilterDialect Experiments { get; } = new(
        "experiments",
        [
            Attributes(
                new("name", FilterOperators.Texts),
                new("creation_time", FilterOperators.Numbers, IsNumber: true),
                new("last_update_time", FilterOperators.Numbers, IsNumber: true),
                new("experiment_id", FilterOperator.None, IsNumber: true)),
            Keys(FilterArea.Tag, KeyOperators, "tags", "tag") with { Orders = false },
        ]);

    public static FilterDialect RegisteredModels { get; } = new(
        "registered models",
        [
            Attributes(
                new("name", FilterOperators.Texts),
                new("creation_timestamp", FilterOperator.None, IsNumber: true),
                new("last_updated_timestamp", FilterOperator.None, IsNumber: true) { Aliases = ["timestamp"] }),
            Keys(FilterArea.Tag, FilterOperators.Texts, "tags", "tag") with { Orders = false },
        ]);

    public static FilterDialect ModelVersions { get; } = new(
        "model versions",
        [
            Attributes(
                new("name", FilterOperators.Texts),
                new("run_id", ListOperators),
                new("source_path", FilterOperators.Texts),
                new("version_number", FilterOperators.Numbers, IsNumber: true),
                new("creation_timestamp", FilterOperator.None, IsNumber: true),
                new("last_updated_timestamp", FilterOperator.None, IsNumber: true)),
            Keys(FilterArea.Tag, FilterOperators.Texts, "tags", "tag") with { Orders = false },
        ]);

    public static FilterDialect LoggedModels { get; } = new(
        "logged models",
        [
            Attributes(
                new("name", ListOperators),
                new("model_id", ListOperators),
                new("model_type", ListOperators),
                new("status", ListOperators),
                new("source_run_id", ListOperators),
                new("creation_timestamp", FilterOperators.Numbers, IsNumber: true) { Aliases = ["creation_time", "creation_timestamp_ms"] },
                new("last_updated_timestamp", FilterOperators.Numbers, IsNumber: true) { Aliases = ["last_updated_time", "last_updated_timestamp_ms"] }),
            Metrics,
            Keys(FilterArea.Param, ListOperators | FilterOperators.Presence, "params", "param", "parameters", "parameter"),
            Keys(FilterArea.Tag, ListOperators | FilterOperators.Presence, "tags", "tag"),
        ]);

    // A property, because the dialects above are made before later fields are.
    private static FilterScope Metrics => Keys(FilterArea.Metric, FilterOperators.Numbers, "metrics", "metric") with { IsNumber = true };

    private static FilterScope Attributes(params ImmutableArray<FilterName> names) =>
        new() { Area = FilterArea.Attribute, Prefixes = AttributePrefixes, Bare = true, Orders = true, Names = names };

    private static FilterScope Keys(FilterArea area, FilterOperator operators, params ImmutableArray<string> prefixes) =>
        new() { Area = area, Prefixes = prefixes, Operators = operators, Orders = true };
}
