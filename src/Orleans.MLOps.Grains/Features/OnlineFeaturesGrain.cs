using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Features;

[GrainType("mlops-online-features")]
internal sealed class OnlineFeaturesGrain(SegmentLogStore logs) : Grain, IOnlineFeaturesGrain
{
    private OnlineWindows _windows = null!;
    private ISegmentLog _log = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyString();
        var view = await GrainFactory.GetGrain<IFeatureViewGrain>(key).Get(null, cancellationToken);
        _windows = new OnlineWindows(view.Definition.Windows);
        _log = logs.Open(LogNames.For("online", key));
        await foreach (var frame in _log.ReadAsync(LogPosition.Start, cancellationToken))
        {
            ObservationCodec.Replay(frame.Payload, _windows);
        }
    }

    public async Task<OnlineReply> Apply(OnlineRequest request)
    {
        if (request.ObservationKeys.Length > 0)
        {
            await _log.AppendAsync(ObservationCodec.Encode(request), durable: true);
        }

        var values = new double[request.QueryKeys.Length * _windows.Count];
        var observation = 0;
        for (var query = 0; query < request.QueryKeys.Length; query++)
        {
            observation = Observe(request, observation, request.QueryAt[query]);
            _windows.Evaluate(request.QueryKeys[query], request.QueryAt[query], values.AsSpan(query * _windows.Count, _windows.Count));
        }

        Observe(request, observation, long.MaxValue);
        return new OnlineReply { Values = values };
    }

    private int Observe(OnlineRequest request, int from, long until)
    {
        for (; from < request.ObservationKeys.Length && request.ObservedAt[from] <= until; from++)
        {
            _windows.Observe(request.ObservationKeys[from], request.ObservationValues[from], request.ObservedAt[from]);
        }

        return from;
    }
}
