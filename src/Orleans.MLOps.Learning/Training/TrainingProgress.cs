namespace Orleans.MLOps.Learning.Training;

/// <summary>How far a training is, as its first shard reports it.</summary>
public sealed record TrainingProgress
{
    /// <summary>Steps done since the very start, resumed ones included.</summary>
    public required long Step { get; init; }

    /// <summary>Steps of the whole training unless it stops early.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Epoch of the last step, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>Mean log loss, in nats a row, over the steps since the last report, with dropout on.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>Rows of all shards together trained on in a second of wall time, since the last report.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Mean log loss on the evaluation rows after the last whole epoch; null before that or without such rows.</summary>
    public double? EvaluationLoss { get; init; }
}
