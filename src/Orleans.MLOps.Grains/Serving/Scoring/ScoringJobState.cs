using Orleans.MLOps.Datasets;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>What a scoring job remembers.</summary>
[GenerateSerializer, Alias("mlops.state.scoring-job")]
internal sealed class ScoringJobState
{
    /// <summary>Null until the job is started; then with dataset version, model version and partition rows filled in.</summary>
    [Id(0)]
    public ScoreDataset? Command { get; set; }

    /// <summary>Stands for the command as it was given.</summary>
    [Id(1)]
    public string CommandDigest { get; set; } = "";

    [Id(2)]
    public string? ModelDigest { get; set; }

    /// <summary>Rows of the scored version.</summary>
    [Id(3)]
    public long Rows { get; set; }

    /// <summary>Ordinals of the scored version: its rows and its quarantined ones.</summary>
    [Id(4)]
    public long Positions { get; set; }

    [Id(5)]
    public ScoringJobStatus Status { get; set; }

    [Id(6)]
    public int Generation { get; set; }

    /// <summary>A place a partition, in row order; null where it is not scored yet.</summary>
    [Id(7)]
    public ScoringPart?[] Parts { get; set; } = [];

    /// <summary>All rows in one file, present once they are scored and joined.</summary>
    [Id(8)]
    public StagedBlob? Joined { get; set; }

    [Id(9)]
    public bool CancelRequested { get; set; }

    [Id(10)]
    public ErrorCode? ErrorCode { get; set; }

    [Id(11)]
    public string? Reason { get; set; }

    [Id(12)]
    public string? TargetDigest { get; set; }

    [Id(13)]
    public DateTimeOffset CreatedAt { get; set; }

    [Id(14)]
    public DateTimeOffset? EndedAt { get; set; }
}
