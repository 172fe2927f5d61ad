using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>Looks for what earlier attempts at a named request have recorded.</summary>
internal sealed class EarlierAttempts(Recorders recorders, PredictionLogs predictions, IGrainFactory grains)
{
    /// <summary>Ends earlier attempts everywhere; gives what one of them recorded, or else the claim of the attempt that goes on.</summary>
    /// <exception cref="UnavailableException">A silo that may still carry out an earlier attempt does not answer.</exception>
    public async Task<(PredictReply? Recorded, long Claim)> EndAsync(EndpointKey endpoint, Guid operation, bool withFeatures, CancellationToken cancellationToken)
    {
        var claim = await recorders.ClaimAsync(endpoint, operation, cancellationToken);
        var recorded = await grains.GetGrain<ILabelGrain>(endpoint.ToString()).FindOperation(operation, cancellationToken);
        return recorded is not null && await predictions.FindAsync(endpoint, recorded.Recorder, recorded.Place, cancellationToken) is { } batch
            ? (RecordedReply.Create(batch, recorded.Rows, withFeatures), claim)
            : (null, claim);
    }
}
