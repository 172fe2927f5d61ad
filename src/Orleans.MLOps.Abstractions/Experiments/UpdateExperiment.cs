namespace Orleans.MLOps.Experiments;

/// <summary>Renames an experiment or changes its tags, all or nothing. Idempotent unless it removes tags.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.update-experiment")]
public sealed record UpdateExperiment
{
    /// <summary>The experiment.</summary>
    [Id(0)]
    public long ExperimentId { get; init; }

    /// <summary>The new name; unchanged if absent.</summary>
    [Id(1)]
    public string? Name { get; init; }

    /// <summary>Tags to set or overwrite.</summary>
    [Id(2)]
    public Dictionary<string, string> SetTags { get; init; } = [];

    /// <summary>Tags to remove; <see cref="NotFoundException"/> if one is not there.</summary>
    [Id(3)]
    public string[] DeleteTags { get; init; } = [];
}
