using Orleans.Concurrency;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Grains.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Benchmarks.Node;

/// <summary>Routes, binds and scores as the inference grain does: the difference between the two is what recording costs.</summary>
[StatelessWorker, Reentrant, GrainType("mlops-benchmarks-unmonitored")]
internal sealed class UnmonitoredGrain(RouteTable routes, PlatformClock clock) : Grain, IUnmonitoredGrain
{
    private EndpointKey _key;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = EndpointKey.Parse(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<PredictReply> Predict(PredictRequest request)
    {
        var route = await routes.EnterAsync(_key);
        try
        {
            var bound = FeatureBinder.Bind(route.Layout!, request, clock.EventNow);
            var (versions, scored) = await TabularScoring.ScoreAsync(route, bound, request, forced: null, CancellationToken.None);
            return new PredictReply { Probabilities = Array.ConvertAll(scored.Probabilities, value => (double)value), ModelVersions = versions };
        }
        finally
        {
            route.Leave();
        }
    }
}
