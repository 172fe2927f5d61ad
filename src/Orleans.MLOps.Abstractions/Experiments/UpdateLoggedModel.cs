namespace Orleans.MLOps.Experiments;

/// <summary>Changes a logged model, all or nothing. What is absent stays. Idempotent unless it removes tags.</summary>
[GenerateSerializer, Immutable, Alias("mlops.experiments.update-logged-model")]
public sealed record UpdateLoggedModel
{
    /// <summary>The new status.</summary>
    [Id(0)]
    public LoggedModelStatus? Status { get; init; }

    /// <summary>Deletes or restores it.</summary>
    [Id(1)]
    public Lifecycle? Lifecycle { get; init; }

    /// <summary>Params to add; write-once.</summary>
    [Id(2)]
    public Dictionary<string, string> Params { get; init; } = [];

    /// <summary>Tags to set or overwrite.</summary>
    [Id(3)]
    public Dictionary<string, string> SetTags { get; init; } = [];

    /// <summary>Tags to remove; <see cref="NotFoundException"/> if one is not there.</summary>
    [Id(4)]
    public string[] DeleteTags { get; init; } = [];
}
