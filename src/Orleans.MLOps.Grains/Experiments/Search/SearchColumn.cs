using System.Collections.Immutable;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Where an attribute is stored.</summary>
/// <param name="Sql">The expression; of a number, whole.</param>
internal sealed record SearchColumn(string Sql)
{
    /// <summary>Whether it can be missing.</summary>
    public bool Nullable { get; init; }

    /// <summary>Whether it is stored in microseconds; the filter language speaks of milliseconds.</summary>
    public bool IsTime { get; init; }

    /// <summary>The values that it can have, in capitals, which <see cref="Sql"/> gives too; any if empty.</summary>
    public ImmutableArray<string> Known { get; init; } = [];
}
