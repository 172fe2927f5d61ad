namespace Orleans.MLOps.Models;

/// <summary>Asks for the newest version of each stage of some models.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.latest-versions-query")]
public sealed record LatestVersionsQuery
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The models, at most 1000; those that do not exist have no versions.</summary>
    [Id(1)]
    public string[] Models { get; init; } = [];

    /// <summary>Only these stages; all if empty.</summary>
    [Id(2)]
    public ModelStage[] Stages { get; init; } = [];
}
