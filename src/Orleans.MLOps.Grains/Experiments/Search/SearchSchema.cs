using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Where a dialect's names are stored.</summary>
internal sealed record SearchSchema
{
    public required FilterDialect Dialect { get; init; }

    /// <summary>The table that is searched with those that every row joins, such as <c>runs r JOIN experiments e ON ...</c>.</summary>
    public required string From { get; init; }

    /// <summary>The attributes by name.</summary>
    public required ImmutableDictionary<string, SearchColumn> Attributes { get; init; }

    /// <summary>The tables of keys and values. Params and tags have a text <c>value</c>; metrics a number and <c>is_nan</c>.</summary>
    public ImmutableDictionary<FilterArea, SideTable> Sides { get; init; } = ImmutableDictionary<FilterArea, SideTable>.Empty;

    /// <summary>What follows the caller's order; attributes that are never missing, of which the last is unique.</summary>
    public required ImmutableArray<FilterOrder> Tail { get; init; }

    /// <summary>Tags that count as having a value where they are missing.</summary>
    public ImmutableDictionary<string, string> MissingTags { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>A key of the tail.</summary>
    public static FilterOrder By(string name, bool isNumber, bool descending = false) =>
        new(new FilterField(FilterArea.Attribute, name, isNumber), descending);
}
