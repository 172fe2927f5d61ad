namespace Orleans.MLOps.Features;

/// <summary>Features as SQL over a dataset version, plus windows that are declared so that they can be evaluated historically and online alike.</summary>
[GenerateSerializer, Immutable, Alias("mlops.features.feature-view-definition")]
public sealed record FeatureViewDefinition
{
    /// <summary>The project; default "default".</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The view's name.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>A SELECT over the table `source` (the accepted rows) giving one row per example.</summary>
    [Id(2)]
    public required string Sql { get; init; }

    /// <summary>Column of the SELECT that names the example.</summary>
    [Id(3)]
    public required string RowId { get; init; }

    /// <summary>Timestamp column: when the prediction is asked.</summary>
    [Id(4)]
    public required string EventTime { get; init; }

    /// <summary>Column with the answer, 0 or 1.</summary>
    [Id(5)]
    public required string Label { get; init; }

    /// <summary>Timestamp column: when the answer becomes known. No window uses an answer earlier.</summary>
    [Id(6)]
    public required string LabelAvailableAt { get; init; }

    /// <summary>Numeric feature columns of the SELECT.</summary>
    [Id(7)]
    public string[] Numeric { get; init; } = [];

    /// <summary>Text feature columns of the SELECT.</summary>
    [Id(8)]
    public string[] Categorical { get; init; } = [];

    /// <summary>Declared windows; numeric features as well.</summary>
    [Id(9)]
    public WindowFeature[] Windows { get; init; } = [];
}
