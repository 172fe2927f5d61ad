using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>One answered request on its way to the prediction log.</summary>
internal sealed record RecordedRows(BoundRows Bound, FeatureLayout Layout, int[] Versions, float[] Probabilities, float LatencyMilliseconds, LogPolicy Policy);
