using Orleans.MLOps;
using Orleans.MLOps.Features;
using Orleans.MLOps.Serving;

namespace OwnHost;

/// <summary>Asks the model through the co-hosted SDK: a call between grains, without a network.</summary>
internal sealed class ParcelGrain(IMlopsClient mlops) : Grain, IParcelGrain
{
    public async Task<double> AskLateness(double kilograms, double kilometres)
    {
        var reply = await mlops.Serving.PredictAsync(new PredictRequest
        {
            Endpoint = LatenessModel.Name,
            Columns =
            [
                new FeatureColumn { Name = "kilograms", Numbers = [kilograms] },
                new FeatureColumn { Name = "kilometres", Numbers = [kilometres] },
            ],
        });
        return reply.Probabilities[0];
    }
}
