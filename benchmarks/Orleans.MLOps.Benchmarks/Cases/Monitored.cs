namespace Orleans.MLOps.Benchmarks.Cases;

/// <summary>Whether the monitor got what was predicted: shedding records would make the monitored cases look fast.</summary>
/// <param name="Endpoint">The endpoint, by its log policy.</param>
/// <param name="Predicted">Predictions made.</param>
/// <param name="Counted">Predictions that the monitor counted.</param>
internal sealed record Monitored(string Endpoint, long Predicted, long Counted);
