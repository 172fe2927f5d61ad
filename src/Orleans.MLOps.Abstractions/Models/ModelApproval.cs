namespace Orleans.MLOps.Models;

/// <summary>Somebody's approval of a version.</summary>
[GenerateSerializer, Immutable, Alias("mlops.models.model-approval")]
public sealed record ModelApproval
{
    /// <summary>Who approved.</summary>
    [Id(0)]
    public required string Approver { get; init; }

    /// <summary>Why.</summary>
    [Id(1)]
    public string? Note { get; init; }

    /// <summary>When.</summary>
    [Id(2)]
    public DateTimeOffset At { get; init; }
}
