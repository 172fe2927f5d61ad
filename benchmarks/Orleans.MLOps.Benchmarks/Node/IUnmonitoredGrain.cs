using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>Answers like an inference grain, and records nothing.</summary>
[Alias("mlops.benchmarks.unmonitored")]
internal interface IUnmonitoredGrain : IGrainWithStringKey
{
    [Alias("predict")]
    Task<PredictReply> Predict(PredictRequest request);
}
