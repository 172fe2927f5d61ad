using Microsoft.Extensions.Logging;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving;

/// <summary>
/// Collects the predictions of one endpoint in this silo and seals them in batches. A durable request starts a seal at
/// once when none is under way and joins the next one otherwise; sampled rows wait for a full batch or the timer.
/// </summary>
internal sealed partial class EndpointRecorder(uint incarnation, Func<SealedBatch, Task> seal, TimeProvider clock, ILogger logger)
{
    private const int FullBatch = 4096;
    private const int MostUnsealedRows = 65_536;

    private readonly Lock _gate = new();
    private readonly Queue<OpenBatch> _queue = new();
    private readonly OperationClaims _claims = new(clock);
    private OpenBatch? _open;
    private long _sequence;
    private int _unsealedRows;
    private bool _sealing;
    private Task _current = Task.CompletedTask;

    /// <summary>Sampled rows that were not logged because too many waited for their seal.</summary>
    public long UnloggedRows { get; private set; }

    /// <summary>Ends all earlier attempts at a named request; gives the claim of the attempt that goes on.</summary>
    public long Claim(Guid operation)
    {
        lock (_gate)
        {
            return _claims.Take(operation);
        }
    }

    /// <summary>Adds a request. The ids are valid at once; with the durable policy the task completes after the seal.</summary>
    /// <exception cref="UnavailableException">Another attempt at the request has taken this one's place.</exception>
    public (PredictionId First, Task Sealed) Record(RecordedRows request)
    {
        OpenBatch batch;
        int firstRow;
        bool start;
        lock (_gate)
        {
            if (!_claims.Allow(request.Bound.Operation, request.Claim))
            {
                throw new UnavailableException("Another attempt at this request has taken the place of this one; repeat the call.", "operation_id");
            }

            if (request.Policy == LogPolicy.Sampled && _unsealedRows + request.Bound.Rows > MostUnsealedRows)
            {
                UnloggedRows += request.Bound.Rows;
                return (new PredictionId(0, incarnation, 0, 0), Task.CompletedTask);
            }

            if (_open is null || _open.Layout != request.Layout || _open.LogBytes + request.Bound.LogBytes > SealedBatchCodec.LargestBatch)
            {
                _open = new OpenBatch(++_sequence, request.Layout);
                _queue.Enqueue(_open);
            }

            batch = _open;
            firstRow = batch.Add(request);
            _unsealedRows += request.Bound.Rows;
            start = !_sealing && (request.Policy == LogPolicy.Durable || batch.Rows >= FullBatch);
            _sealing |= start;
        }

        if (start)
        {
            _ = Task.Run(SealAllAsync);
        }

        return (new PredictionId(0, incarnation, batch.Sequence, firstRow), request.Policy == LogPolicy.Durable ? batch.Sealed.Task : Task.CompletedTask);
    }

    /// <summary>Seals what waits; the task completes when all rows recorded before are sealed.</summary>
    public async Task SealNowAsync()
    {
        Task last;
        lock (_gate)
        {
            if (_queue.Count == 0 && !_sealing)
            {
                return;
            }

            last = _queue.Count > 0 ? _queue.Last().Sealed.Task : _current;
            if (!_sealing)
            {
                _sealing = true;
                _ = Task.Run(SealAllAsync);
            }
        }

        await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SealAllAsync()
    {
        while (true)
        {
            OpenBatch batch;
            lock (_gate)
            {
                if (!_queue.TryDequeue(out batch!))
                {
                    _sealing = false;
                    return;
                }

                if (batch == _open)
                {
                    _open = null;
                }

                _current = batch.Sealed.Task;
            }

            try
            {
                await seal(batch.Close(incarnation));
                batch.Sealed.SetResult();
            }
            catch (Exception error)
            {
                LogSealFailed(batch.Rows, error);
                batch.Sealed.SetException(new UnavailableException($"{batch.Rows} predictions could not be logged: {error.Message}", inner: error));
                _ = batch.Sealed.Task.Exception;
            }
            finally
            {
                lock (_gate)
                {
                    _unsealedRows -= batch.Rows;
                }
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A batch of {Rows} predictions could not be sealed")]
    private partial void LogSealFailed(int rows, Exception error);
}
