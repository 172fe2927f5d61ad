namespace Orleans.MLOps.Learning.Models;

/// <summary>One categorical input of a tabular network, turned into a learned vector.</summary>
public sealed record CategoricalInput
{
    /// <summary>Name of the feature, unique among all inputs of the network.</summary>
    public required string Name { get; init; }

    /// <summary>Known categories; the category at position i has index i + 1, and index 0 stands for every other value.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    /// <summary>Length of the learned vector of one category, at least 1.</summary>
    public required int EmbeddingSize { get; init; }
}
