using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>What a training gave.</summary>
public sealed record TrainingResult
{
    /// <summary>The trained weights: those of the best epoch when the plan has evaluation rows, the last ones otherwise.</summary>
    public required ModelWeights Weights { get; init; }

    /// <summary>Steps done since the very start, resumed ones included.</summary>
    public required long Steps { get; init; }

    /// <summary>Mean log loss, in nats a row with dropout on, over the steps of the last epoch that this run made.</summary>
    public required double FinalLoss { get; init; }

    /// <summary>Mean log loss of the returned weights on the evaluation rows; null when no epoch was evaluated.</summary>
    public double? EvaluationLoss { get; init; }

    /// <summary>Epoch, from 0, that the returned weights come from; null when no epoch was evaluated.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Whether patience ended the training before its last step.</summary>
    public required bool StoppedEarly { get; init; }

    /// <summary>Rows of all shards together trained on in a second of wall time, callbacks and evaluation included.</summary>
    public required double SamplesPerSecond { get; init; }
}
