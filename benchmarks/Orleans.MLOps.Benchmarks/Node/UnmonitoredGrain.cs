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
            var model = (TabularModel)route.Single!.Model;
            var probabilities = await model.ScoreAsync(bound.Numeric, bound.Categorical, bound.Rows);
            var versions = new int[bound.Rows];
            Array.Fill(versions, model.Version.Version);
            return new PredictReply { Probabilities = Array.ConvertAll(probabilities, value => (double)value), ModelVersions = versions };
        }
        finally
        {
            route.Leave();
        }
    }
}
