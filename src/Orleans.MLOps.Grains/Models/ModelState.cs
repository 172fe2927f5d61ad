using Orleans.MLOps.Models;

namespace Orleans.MLOps.Grains.Models;

/// <summary>What a registered model remembers. The versions' records are blobs, so a write costs the same after the hundredth version.</summary>
[GenerateSerializer, Alias("mlops.state.model")]
internal sealed class ModelState
{
    /// <summary>Null until the first version is registered.</summary>
    [Id(0)]
    public DateTimeOffset? CreatedAt { get; set; }

    /// <summary>The version at position i has the number i + 1.</summary>
    [Id(1)]
    public List<ModelVersionEntry> Versions { get; set; } = [];

    [Id(2)]
    public List<ModelAlias> Aliases { get; set; } = [];

    /// <summary>Oldest first, at most <see cref="ModelRegistry.LongestHistory"/>.</summary>
    [Id(3)]
    public List<AliasChange> History { get; set; } = [];

    /// <summary>The latest alias commands, oldest first, at most <see cref="ModelRegistry.RememberedOperations"/>.</summary>
    [Id(4)]
    public List<AliasOperation> Operations { get; set; } = [];
}
