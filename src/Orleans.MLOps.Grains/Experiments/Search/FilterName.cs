using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>A name that a dialect lists.</summary>
/// <param name="Name">The name.</param>
/// <param name="Operators">What it takes; none for a name that only orders.</param>
/// <param name="IsNumber">Whether it is a number; otherwise a text.</param>
internal sealed record FilterName(string Name, FilterOperator Operators, bool IsNumber = false)
{
    /// <summary>Other spellings.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    public bool Is(string name) => Name == name || Aliases.Contains(name);
}
