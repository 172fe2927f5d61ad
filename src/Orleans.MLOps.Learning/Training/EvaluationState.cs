using Orleans.MLOps.Learning.Models;

namespace Orleans.MLOps.Learning.Training;

/// <summary>What early stopping remembers.</summary>
/// <param name="LastLoss">Mean log loss on the evaluation rows after the last whole epoch.</param>
/// <param name="BestLoss">The lowest so far.</param>
/// <param name="BestEpoch">Its epoch, from 0.</param>
/// <param name="BestWeights">The weights after that epoch.</param>
public sealed record EvaluationState(double LastLoss, double BestLoss, int BestEpoch, ModelWeights BestWeights);
