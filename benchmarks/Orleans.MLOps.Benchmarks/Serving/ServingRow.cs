using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Serving;

/// <summary>One case at one number of callers.</summary>
/// <param name="Result">Rates and waits.</param>
/// <param name="CpuMicroseconds">CPU time of the server a call; not a number where callers and server are one process.</param>
internal sealed record ServingRow(Measurement Result, double CpuMicroseconds);
