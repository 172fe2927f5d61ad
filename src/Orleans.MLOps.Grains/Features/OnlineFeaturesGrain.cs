using Orleans.MLOps.Features;
using Orleans.MLOps.Grains.Platform;
using Orleans.MLOps.Storage.Logs;

namespace Orleans.MLOps.Grains.Features;

[PlacedOnRole(SiloRoles.Serving), GrainType("mlops-online-features")]
internal sealed class OnlineFeaturesGrain(ILogStore logs, PlatformClock clock) : Grain, IOnlineFeaturesGrain
{
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private readonly Dictionary<int, OnlineVersion> _versions = [];
    private readonly List<WindowFeature> _distinct = [];
    private readonly TakenNumbers _taken = new();
    private OnlineWindows? _windows;
    private IAppendLog _log = null!;

    // Opened before it is read: what another activation appends from now on makes the first append here fail.
    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _log = await logs.OpenAsync(LogNames.For("online", FeatureViewKey.Parse(this.GetPrimaryKeyString()).ToString()), cancellationToken);

    public async Task<OnlineReply> Apply(OnlineRequest request)
    {
        OnlineMerge.Check(request, (clock.EventNow + ClockTolerance - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);
        var version = await VersionAsync(request.Version);
        if (_windows is null || version.Windows.Length == 0)
        {
            return new OnlineReply { Version = version.Number, Ignored = request.ObservationKeys.Length };
        }

        if (request.Source is { } source && _taken.Contains(source, request.Number))
        {
            request = request with { ObservationKeys = [], ObservationValues = [], ObservedAt = [] };
        }

        await AppendAsync(request);

        var all = new double[request.QueryKeys.Length * _windows.Count];
        var ignored = OnlineMerge.Apply(_windows, request, all);
        return new OnlineReply
        {
            Version = version.Number,
            Windows = version.Names,
            Values = version.Select(all, _windows.Count),
            Ignored = ignored,
        };
    }

    public Task<OnlineSummary> GetState() => Task.FromResult(new OnlineSummary
    {
        Observations = _windows?.Observations ?? 0,
        Windows = _distinct.Count,
        Newest = _windows is { Newest: > long.MinValue } ? DateTimeOffset.UnixEpoch.AddTicks(_windows.Newest * TimeSpan.TicksPerMicrosecond) : null,
    });

    private async Task AppendAsync(OnlineRequest request)
    {
        try
        {
            if (request.ObservationKeys.Length > 0 && request.Source is { } source)
            {
                await _log.AppendAsync(ObservationCodec.WriteNumbered(request), request.Durable);
                _taken.Add(source, request.Number);
                return;
            }

            foreach (var frame in ObservationCodec.Write(request.ObservationKeys, request.ObservationValues, request.ObservedAt))
            {
                await _log.AppendAsync(frame, request.Durable);
            }
        }
        catch (UnavailableException)
        {
            // What the log holds now is unknown here: the next activation reads it.
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task<OnlineVersion> VersionAsync(int? number)
    {
        if (number is { } known && _versions.TryGetValue(known, out var version))
        {
            return version;
        }

        var info = await GrainFactory.GetGrain<IFeatureViewGrain>(this.GetPrimaryKeyString()).Get(number);
        if (!_versions.TryGetValue(info.Version, out version))
        {
            version = OnlineVersion.Of(info, _distinct);
            if (_distinct.Count > 0 && _windows?.Count != _distinct.Count)
            {
                // A new version may look further back than memory does, the log holds everything.
                _windows = await ReplayAsync();
            }

            _versions.Add(info.Version, version);
        }

        return version;
    }

    private async Task<OnlineWindows> ReplayAsync()
    {
        var windows = new OnlineWindows([.. _distinct]);
        await foreach (var frame in _log.ReadAsync(LogPosition.Start))
        {
            ObservationCodec.Read(frame.Payload, (key, value, availableAt) => windows.Observe(key, value, availableAt), _taken.Add);
        }

        return windows;
    }
}
