using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>One answered request on its way to the prediction log.</summary>
/// <param name="Bound">The rows.</param>
/// <param name="Layout">Where their columns come from.</param>
/// <param name="Versions">The version that answered each row.</param>
/// <param name="Probabilities">The answers.</param>
/// <param name="Latencies">Milliseconds that computing each took.</param>
/// <param name="Policy">What the log promises.</param>
/// <param name="Claim">The claim of a repeat; 0 for a first attempt.</param>
internal sealed record RecordedRows(
    BoundRows Bound, FeatureLayout Layout, int[] Versions, float[] Probabilities, float[] Latencies, LogPolicy Policy, long Claim = 0);
