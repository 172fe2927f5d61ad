using Orleans.MLOps.Training;

namespace Orleans.MLOps.Pipelines;

/// <summary>When and how an endpoint's model is retrained.</summary>
[GenerateSerializer, Immutable, Alias("mlops.pipelines.continuous-training-policy")]
public sealed record ContinuousTrainingPolicy
{
    /// <summary>The project.</summary>
    [Id(0)]
    public string Project { get; init; } = "default";

    /// <summary>The endpoint.</summary>
    [Id(1)]
    public required string Endpoint { get; init; }

    /// <summary>How candidates are trained; frame, times, seed and warm start are set by each run.</summary>
    [Id(2)]
    public required TrainingJobSpec Template { get; init; }

    /// <summary>W: the recent candidate trains on [t - W, t - H); default 28 days.</summary>
    [Id(3)]
    public TimeSpan RecentWindow { get; init; } = TimeSpan.Parse("28.00:00:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>H: champion and candidates are judged on labels that arrived in [t - H, t); at least 3 days; default 7.</summary>
    [Id(4)]
    public TimeSpan JudgeWindow { get; init; } = TimeSpan.Parse("7.00:00:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Fewer event days with labels are not enough evidence; default 3.</summary>
    [Id(5)]
    public int MinimumDays { get; init; } = 3;

    /// <summary>Event time between two retrainings; at least 3 days; default 3.</summary>
    [Id(6)]
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.Parse("3.00:00:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Event time that a retraining is charged before its winner may serve; default 30 minutes.</summary>
    [Id(7)]
    public TimeSpan TrainingCharge { get; init; } = TimeSpan.Parse("00:30:00", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>One-sided confidence of the verdict; default 0.95.</summary>
    [Id(8)]
    public double Confidence { get; init; } = 0.95;

    /// <summary>Which candidates compete: recent, full, warm; default all three.</summary>
    [Id(9)]
    public string[] Candidates { get; init; } = ["recent", "full", "warm"];

    /// <summary>Digests of feature frames with examples from before the endpoint existed; they belong to the full history.</summary>
    [Id(10)]
    public string[] BaseFrames { get; init; } = [];
}
