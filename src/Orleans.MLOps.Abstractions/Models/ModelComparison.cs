namespace Orleans.MLOps.Models;

/// <summary>Two versions of a model side by side. Lists are in order of names and hold what either side has, equal or not; schemas only what differs.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-comparison")]
public sealed record ModelComparison
{
    /// <summary>The first version.</summary>
    [Id(0)]
    public required ModelVersionInfo Left { get; init; }

    /// <summary>The second version.</summary>
    [Id(1)]
    public required ModelVersionInfo Right { get; init; }

    /// <summary>Metrics of the versions, and of their runs where a version has none of that name.</summary>
    [Id(2)]
    public ValueDifference[] Metrics { get; init; } = [];

    /// <summary>Params of their runs.</summary>
    [Id(3)]
    public TextDifference[] Params { get; init; } = [];

    /// <summary>What they were trained on: dataset_version, feature_view, and as <c>dataset NAME</c> the digests of the datasets that their runs used, with the purpose in brackets.</summary>
    [Id(4)]
    public TextDifference[] Data { get; init; } = [];

    /// <summary>Inputs, columns or tensors, that differ in type (of a tensor also in shape) or are on one side only.</summary>
    [Id(5)]
    public TextDifference[] Inputs { get; init; } = [];

    /// <summary>Outputs, columns or tensors, that differ in type (of a tensor also in shape) or are on one side only.</summary>
    [Id(6)]
    public TextDifference[] Outputs { get; init; } = [];
}
