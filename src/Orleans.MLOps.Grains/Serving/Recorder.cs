using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Orleans.MLOps.Grains.Monitoring;
using Orleans.MLOps.Grains.Platform;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Records this silo's predictions: seals them in batches on disk, tells the endpoint's labels where they are, and hands
/// them to the monitors. The incarnation is drawn anew at each start and for each endpoint, so numbers of a crashed one never
/// return, and a label that is sent to the wrong endpoint finds no prediction there.
/// </summary>
internal sealed partial class Recorder : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan SealEvery = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EndpointKey, EndpointRecorder> _endpoints = new();
    private readonly ConcurrentDictionary<EndpointKey, SealDoubt> _doubts = new();
    private readonly PredictionLogs _logs;
    private readonly MonitorFeeds _feeds;
    private readonly IGrainFactory _grains;
    private readonly PlatformClock _clock;
    private readonly ILogger<Recorder> _logger;
    private readonly ITimer _timer;

    public Recorder(PredictionLogs logs, MonitorFeeds feeds, IGrainFactory grains, PlatformClock clock, ILogger<Recorder> logger)
    {
        (_logs, _feeds, _grains, _clock, _logger) = (logs, feeds, grains, clock, logger);
        _timer = clock.WallTime.CreateTimer(_ => SealWaiting(), null, SealEvery, SealEvery);
    }

    public (PredictionId First, Task Sealed) Record(EndpointKey endpoint, RecordedRows rows) =>
        Endpoint(endpoint).Record(rows);

    /// <summary>Records a request and names its rows; with the durable policy it returns after the seal.</summary>
    public async ValueTask<string[]> RecordAsync(EndpointKey endpoint, RecordedRows rows)
    {
        var (first, durable) = Record(endpoint, rows);
        var ids = new string[rows.Bound.Rows];
        for (var row = 0; row < ids.Length; row++)
        {
            ids[row] = PredictionId.Create(rows.Bound.EventTimes[row], first.Recorder, first.Sequence, first.Row + row).ToString();
        }

        await durable;
        return ids;
    }

    /// <summary>Ends earlier attempts at a named request here and seals what waits; gives the claim of the attempt that goes on.</summary>
    /// <exception cref="MLOpsException">An append failed, and whether it is in the log cannot be told now.</exception>
    public async Task<long> ClaimAsync(EndpointKey endpoint, Guid operation)
    {
        var claim = Endpoint(endpoint).Claim(operation);
        await SealAsync(endpoint);
        return claim;
    }

    /// <summary>Seals what waits; returns when it is in the log, or can never come there.</summary>
    /// <exception cref="MLOpsException">An append failed, and whether it is in the log cannot be told now.</exception>
    public async Task SealAsync(EndpointKey endpoint)
    {
        if (_endpoints.TryGetValue(endpoint, out var recorder))
        {
            await recorder.SealNowAsync();
            await Doubt(endpoint).SettleAsync(async number =>
            {
                await _logs.SettleAsync(endpoint, number);

                // What was in doubt may have come into the log after the monitors looked for it there.
                _feeds.ReadLogs(endpoint);
            });
        }
    }

    /// <summary>Seals what waits and returns when the monitors have it.</summary>
    public async Task FlushAsync(EndpointKey endpoint)
    {
        await SealAsync(endpoint);
        await _feeds.FlushAsync(endpoint);
    }

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe(
        nameof(Recorder),
        ServiceLifecycleStage.Active - 1,
        _ => Task.CompletedTask,
        _ => Task.WhenAll(_endpoints.Keys.Select(FlushAtEndAsync)));

    public void Dispose()
    {
        _timer.Dispose();
        foreach (var doubt in _doubts.Values)
        {
            doubt.Dispose();
        }
    }

    private EndpointRecorder Endpoint(EndpointKey endpoint) =>
        _endpoints.GetOrAdd(endpoint, key => new EndpointRecorder(NewIncarnation(), batch => SealAsync(key, batch), _clock.WallTime, _logger));

    private static uint NewIncarnation() => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));

    private SealDoubt Doubt(EndpointKey endpoint) => _doubts.GetOrAdd(endpoint, static _ => new SealDoubt());

    private async Task FlushAtEndAsync(EndpointKey endpoint)
    {
        try
        {
            await FlushAsync(endpoint);
        }
        catch (MLOpsException error)
        {
            LogFlushFailed(endpoint.Name, error);
        }
    }

    private async Task SealAsync(EndpointKey endpoint, SealedBatch batch)
    {
        LogPlace place;
        try
        {
            var position = await Doubt(endpoint).AppendAsync(batch.Recorder, () => _logs.AppendAsync(endpoint, batch.Recorder, SealedBatchCodec.Encode(batch)));
            place = LogPlace.Of(position);
            _feeds.Push(endpoint, new SealedFeedItem(batch, position));
        }
        catch (Exception)
        {
            // It may be in the log all the same.
            _feeds.ReadLogs(endpoint);
            throw;
        }

        await _grains.GetGrain<ILabelGrain>(endpoint.ToString()).Register(PendingPredictions.Of(batch, place));
    }

    private void SealWaiting()
    {
        foreach (var recorder in _endpoints.Values)
        {
            _ = recorder.SealNowAsync();
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The last predictions of endpoint '{Endpoint}' may not be in its log, because the log cannot be written")]
    private partial void LogFlushFailed(string endpoint, Exception error);
}
