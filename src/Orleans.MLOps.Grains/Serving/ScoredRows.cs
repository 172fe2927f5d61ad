using Orleans.MLOps.Grains.Serving.Tensors;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>A probability for each row, and where the time went.</summary>
internal readonly record struct ScoredRows(float[] Probabilities, EngineTimes Times);
