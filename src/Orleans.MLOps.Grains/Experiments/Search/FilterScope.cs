using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>One kind of name that a dialect knows.</summary>
internal sealed record FilterScope
{
    public required FilterArea Area { get; init; }

    /// <summary>What stands before the dot, such as <c>metrics</c>.</summary>
    public required ImmutableArray<string> Prefixes { get; init; }

    /// <summary>The names after the dot; any key if empty.</summary>
    public ImmutableArray<FilterName> Names { get; init; } = [];

    /// <summary>Whether any key is a number.</summary>
    public bool IsNumber { get; init; }

    /// <summary>What any key takes.</summary>
    public FilterOperator Operators { get; init; }

    /// <summary>Whether the names also stand without a prefix.</summary>
    public bool Bare { get; init; }

    /// <summary>Whether searches can be ordered by it.</summary>
    public bool Orders { get; init; }

    public string Describe() => Names.IsEmpty
        ? $"{Prefixes[0]}.<key>"
        : string.Join(", ", Names.Select(name => Bare ? name.Name : $"{Prefixes[0]}.{name.Name}"));
}
