using Orleans.MLOps.Benchmarks.Load;

namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>What a generator saw.</summary>
/// <param name="Result">Rates and waits.</param>
/// <param name="Calls">How many calls the server answered.</param>
internal sealed record LoadResult(Measurement Result, double Calls);
