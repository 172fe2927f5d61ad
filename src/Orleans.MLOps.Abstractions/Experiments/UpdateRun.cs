namespace Orleans.MLOps.Experiments;

/// <summary>Changes a run's name, status or end. What is absent stays.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.update-run")]
public sealed record UpdateRun
{
    /// <summary>The new name.</summary>
    [Id(0)]
    public string? Name { get; init; }

    /// <summary>The new status; Running takes the end away.</summary>
    [Id(1)]
    public RunStatus? Status { get; init; }

    /// <summary>When it ended.</summary>
    [Id(2)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Tags to remove; <see cref="NotFoundException"/> if one is not there.</summary>
    [Id(3)]
    public string[] DeleteTags { get; init; } = [];
}
