namespace Orleans.MLOps.Pipelines;

/// <summary>The record of one retraining: all that its decision rests on.</summary>
[GenerateSerializer, Immutable, Alias("mlops.pipelines.pipeline-run-info")]
public sealed record PipelineRunInfo
{
    /// <summary>A ULID.</summary>
    [Id(0)]
    public required string RunId { get; init; }

    /// <summary>Key of the endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>The alert that asked for it.</summary>
    [Id(2)]
    public string? AlertId { get; init; }

    /// <summary>How far it is.</summary>
    [Id(3)]
    public PipelineRunStatus Status { get; init; }

    /// <summary>What it decided.</summary>
    [Id(4)]
    public Verdict Verdict { get; init; }

    /// <summary>The decision in words.</summary>
    [Id(5)]
    public string? Reason { get; init; }

    /// <summary>Event time of the request.</summary>
    [Id(6)]
    public DateTimeOffset TriggeredAt { get; init; }

    /// <summary>Event time from which the winner may serve.</summary>
    [Id(7)]
    public DateTimeOffset? PromoteAt { get; init; }

    /// <summary>Key of the sealed dataset version.</summary>
    [Id(8)]
    public string? DatasetVersion { get; init; }

    /// <summary>The version that served.</summary>
    [Id(9)]
    public int ChampionVersion { get; init; }

    /// <summary>Its mean log loss on the judged labels.</summary>
    [Id(10)]
    public double? ChampionLogLoss { get; init; }

    /// <summary>Labels the verdict rests on.</summary>
    [Id(11)]
    public long JudgedRows { get; init; }

    /// <summary>Their event days.</summary>
    [Id(12)]
    public int JudgedDays { get; init; }

    /// <summary>The candidates.</summary>
    [Id(13)]
    public CandidateResult[] Candidates { get; init; } = [];

    /// <summary>The promoted version.</summary>
    [Id(14)]
    public int? Winner { get; init; }

    /// <summary>Wall seconds from picking the request up, at most a second after the alert, to the new model serving.</summary>
    [Id(15)]
    public double WallSecondsToServing { get; init; }

    /// <summary>Wall time of its start.</summary>
    [Id(16)]
    public DateTimeOffset CreatedAt { get; init; }
}
