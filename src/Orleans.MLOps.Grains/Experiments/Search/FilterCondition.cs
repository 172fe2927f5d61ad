using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One condition of a filter; a filter is the conjunction of its conditions.</summary>
/// <param name="Field">What is compared.</param>
/// <param name="Operator">How.</param>
internal sealed record FilterCondition(FilterField Field, FilterOperator Operator)
{
    /// <summary>The texts that are compared with: one, several for a list, none for a number or a test of presence.</summary>
    public ImmutableArray<string> Texts { get; init; } = [];

    /// <summary>The number that is compared with.</summary>
    public double Number { get; init; }
}
