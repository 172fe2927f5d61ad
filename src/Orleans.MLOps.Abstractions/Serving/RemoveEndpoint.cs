namespace Orleans.MLOps.Serving;

/// <summary>Removes an endpoint: it answers no more, and what it had loaded is unloaded. Its predictions stay in their logs. Repeating it with the same OperationId does nothing more.</summary>
[GenerateSerializer, Immutable, Alias("mlops.serving.remove-endpoint")]
public sealed record RemoveEndpoint
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>The revision it must have now; no check if absent.</summary>
    [Id(2)]
    public int? ExpectedRevision { get; init; }

    /// <summary>Names the command.</summary>
    [Id(3)]
    public required string OperationId { get; init; }
}
