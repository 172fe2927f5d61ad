using Orleans.MLOps.Learning.Serving;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Grains.Serving.Tensors;

/// <summary>
/// Where the requests of one version wait for the engine. An idle engine never waits, unless the endpoint asks for a delay: the first request
/// runs at once, and those that come while all instances are busy go together in the next call. Order is by priority, then by arrival; a
/// request of another shape ends a batch.
/// </summary>
internal sealed class BatchQueue(LoadedModel model, BatchingSpec spec, EngineThreads threads, VariantCounters counters, TimeProvider clock)
{
    /// <summary>Rows, and bytes of inputs, up to which a call of a short model stays short.</summary>
    private const int ShortRows = 64;
    private const int ShortBytes = 64 << 10;

    /// <summary>So many requests that were given up may stand among those that wait before they are taken out.</summary>
    private const int MostGone = 32;

    private readonly Lock _gate = new();
    private readonly PriorityQueue<QueuedRequest, (int Priority, long Number)> _waiting = new();
    private readonly int _instances = spec.Instances > 0 ? spec.Instances : Environment.ProcessorCount;
    private readonly int _maxRows = model.Batchable ? spec.MaxRows : 1;
    private readonly TimeSpan _delay = model.Batchable ? spec.Delay : TimeSpan.Zero;
    private ITimer? _delayed;
    private bool _due;
    private long _number;
    private int _running;
    private int _waitingRows;
    private int _waitingRequests;

    /// <summary>Requests that wait now.</summary>
    public int Pending => Volatile.Read(ref _waitingRequests);

    /// <summary>Entries of the queue: requests that wait, and a few that were given up.</summary>
    public int Entries
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Computes a request; completes synchronously when the engine is idle and its calls are short.</summary>
    /// <param name="request">The request.</param>
    /// <param name="timeout">So long it may wait.</param>
    /// <param name="cancellationToken">Gives it up while it waits.</param>
    /// <exception cref="ResourceExhaustedException">The queue is full.</exception>
    /// <exception cref="DeadlineExceededException">It waited for too long.</exception>
    /// <exception cref="InvalidInputException">The engine cannot compute it.</exception>
    /// <typeparam name="TResult">Its answer.</typeparam>
    public Task<TResult> RunAsync<TResult>(QueuedRequest<TResult> request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (MustWait(request.Rows))
            {
                Enqueue(request, timeout, cancellationToken);
                return request.Done;
            }

            _running++;
        }

        Start([request], inline: model.RunsShort && request.Rows <= ShortRows && request.Bytes <= ShortBytes);
        return request.Done;
    }

    /// <summary>
    /// Gives an idle engine to the caller's thread for rows whose call is short, so that nothing is made that could wait: the caller computes, counts, and
    /// calls <see cref="Exit"/>. False when they must go by <see cref="RunAsync"/>.
    /// </summary>
    public bool TryEnter(int rows)
    {
        if (rows > ShortRows || !model.RunsShort)
        {
            return false;
        }

        lock (_gate)
        {
            if (MustWait(rows))
            {
                return false;
            }

            _running++;
            return true;
        }
    }

    /// <summary>Ends what <see cref="TryEnter"/> began.</summary>
    public void Exit()
    {
        if (Leave())
        {
            Wake();
        }
    }

    private bool MustWait(int rows) => _running == _instances || _waitingRequests > 0 || (_delay > TimeSpan.Zero && rows < FirstGoal());

    private void Wake() => threads.Post(static queue => ((BatchQueue)queue).Next(), this);

    private void Enqueue(QueuedRequest request, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (_waitingRows + request.Rows > spec.QueueRows)
        {
            counters.OnRejected();
            throw new ResourceExhaustedException(
                $"The queue of version {model.Version.Version} of model '{model.Version.Model}' is full: {_waitingRows} rows wait, {spec.QueueRows} may; try again later.", "queue_rows");
        }

        var patience = spec.QueueTimeout > TimeSpan.Zero && !(timeout < spec.QueueTimeout) ? spec.QueueTimeout : timeout;
        _waiting.Enqueue(request, (request.Priority, ++_number));
        _waitingRows += request.Rows;
        _waitingRequests++;
        request.Guard(
            patience is { } limit ? clock.CreateTimer(_ => GiveUp(request, Late(limit), isRefusal: true), null, limit, Timeout.InfiniteTimeSpan) : null,
            cancellationToken.UnsafeRegister(_ => GiveUp(request, new OperationCanceledException(cancellationToken), isRefusal: false), null));
        if (_delay > TimeSpan.Zero && _running < _instances)
        {
            if (_waitingRows >= FirstGoal())
            {
                _due = true;
                _running++;
                Wake();
            }
            else
            {
                _delayed ??= clock.CreateTimer(_ => OnDelayOver(), null, _delay, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private int FirstGoal() => spec.PreferredRows.Length > 0 ? spec.PreferredRows[0] : _maxRows;

    private void OnDelayOver()
    {
        lock (_gate)
        {
            _delayed?.Dispose();
            _delayed = null;
            if (_waitingRequests == 0 || _running == _instances)
            {
                return;
            }

            _due = true;
            _running++;
        }

        Wake();
    }

    private void Start(List<QueuedRequest> batch, bool inline)
    {
        if (inline)
        {
            Execute(batch);
            Exit();
            return;
        }

        threads.Post(
            static state =>
            {
                var (queue, batch) = ((BatchQueue, List<QueuedRequest>))state;
                queue.Execute(batch);
                queue.Exit();
            },
            (this, batch));
    }

    /// <summary>Runs the next batch; holds one of the running instances. Endpoints share the threads, so more goes to the back of their line.</summary>
    private void Next()
    {
        Execute(Take());
        Exit();
    }

    private void Execute(List<QueuedRequest> batch)
    {
        if (batch.Count > 0)
        {
            BatchRun.Execute(model, batch, counters);
        }
    }

    /// <summary>Gives the instance back, or keeps it because more is due.</summary>
    private bool Leave()
    {
        lock (_gate)
        {
            if (_waitingRequests > 0 && (_delay == TimeSpan.Zero || _due || _waitingRows >= FirstGoal()))
            {
                return true;
            }

            if (_waitingRequests > 0)
            {
                _delayed ??= clock.CreateTimer(_ => OnDelayOver(), null, _delay, Timeout.InfiniteTimeSpan);
            }

            _running--;
            return false;
        }
    }

    private List<QueuedRequest> Take()
    {
        var batch = new List<QueuedRequest>();
        lock (_gate)
        {
            var goal = Goal();
            var rows = 0;
            while (_waiting.TryPeek(out var next, out _))
            {
                if (next.IsGone)
                {
                    _waiting.Dequeue();
                    continue;
                }

                if (batch.Count > 0 && (!model.Batchable || rows + next.Rows > goal || !batch[0].GoesWith(next)))
                {
                    break;
                }

                _waiting.Dequeue();
                _waitingRequests--;
                _waitingRows -= next.Rows;

                // From here on the engine answers it, however late.
                next.IsGone = true;
                batch.Add(next);
                rows += next.Rows;
            }

            _due = false;
        }

        return batch;
    }

    /// <summary>Rows of the next batch at most: the largest preferred size that waits already, or what a call may have.</summary>
    private int Goal()
    {
        for (var i = spec.PreferredRows.Length - 1; i >= 0; i--)
        {
            if (spec.PreferredRows[i] <= _waitingRows)
            {
                return Math.Min(spec.PreferredRows[i], _maxRows);
            }
        }

        return _maxRows;
    }

    /// <param name="request">The request, which may have left the queue meanwhile.</param>
    /// <param name="reason">What its caller is told.</param>
    /// <param name="isRefusal">The caller still wants the answer; one who has left says nothing about the version.</param>
    private void GiveUp(QueuedRequest request, Exception reason, bool isRefusal)
    {
        lock (_gate)
        {
            if (request.IsGone)
            {
                return;
            }

            request.IsGone = true;
            request.Release();
            _waitingRequests--;
            _waitingRows -= request.Rows;
            RemoveGone();
        }

        if (isRefusal)
        {
            counters.OnRejected();
        }
        else
        {
            counters.OnAbandoned();
        }

        request.Fail(reason);
    }

    /// <summary>Takes out what was given up when that is most of the queue: a long call of the engine would gather them without bound otherwise.</summary>
    private void RemoveGone()
    {
        if (_waiting.Count - _waitingRequests <= Math.Max(MostGone, _waitingRequests))
        {
            return;
        }

        var live = _waiting.UnorderedItems.Where(entry => !entry.Element.IsGone).ToArray();
        _waiting.Clear();
        _waiting.EnqueueRange(live);
    }

    private DeadlineExceededException Late(TimeSpan limit) => new(
        $"The request waited {limit.TotalMilliseconds:0.###} ms for version {model.Version.Version} of model '{model.Version.Model}' without being computed.", "timeout");
}
