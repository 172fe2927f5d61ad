using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Tracking;

/// <summary>One case against the server process.</summary>
/// <param name="Result">Rates and waits.</param>
/// <param name="P95">Milliseconds within which 95% of the calls ended.</param>
/// <param name="CpuPerCall">CPU milliseconds of the server a call.</param>
internal sealed record TrackingRow(Measurement Result, double P95, double CpuPerCall);
