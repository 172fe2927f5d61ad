namespace Orleans.MLOps.Learning.Training;

/// <summary>
/// Owns the CPU training threads of a process. A job takes all its threads together or waits in line, so jobs whose shards wait for each
/// other cannot block one another. There may be more threads than cores: they run below normal priority. Thread-safe; one a process.
/// </summary>
public sealed class TrainingExecutor
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _queue = new();
    private int _free;

    /// <summary>Makes an executor.</summary>
    /// <param name="slots">Most training threads at a time. Default: twice the cores, and at least 8.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 slot.</exception>
    public TrainingExecutor(int? slots = null)
    {
        Slots = slots ?? Math.Max(8, 2 * Environment.ProcessorCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(Slots, 1, nameof(slots));
        _free = Slots;
    }

    /// <summary>Most training threads at a time.</summary>
    public int Slots { get; }

    /// <summary>Slots that nobody holds at this moment.</summary>
    public int Free
    {
        get
        {
            lock (_gate)
                return _free;
        }
    }

    /// <summary>Reservations that wait at this moment.</summary>
    public int Queued
    {
        get
        {
            lock (_gate)
                return _queue.Count;
        }
    }

    /// <summary>Takes slots for a gang of threads, all together, in the order of the calls: a large job is never overtaken by small ones.</summary>
    /// <param name="threads">Number of threads.</param>
    /// <param name="cancellation">Leaves the line.</param>
    /// <returns>The reservation; dispose it to free the slots.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than 1 thread, or more than <see cref="Slots"/>, which could never be had.</exception>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public ValueTask<GangReservation> ReserveAsync(int threads, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (threads > Slots)
            throw new ArgumentOutOfRangeException(
                nameof(threads), threads, $"A gang of {threads} training threads can never start: this process has {Slots} slots.");
        if (cancellation.IsCancellationRequested)
            return ValueTask.FromCanceled<GangReservation>(cancellation);
        Waiter waiter;
        lock (_gate)
        {
            if (_queue.Count == 0 && threads <= _free)
            {
                _free -= threads;
                return ValueTask.FromResult(new GangReservation(this, threads));
            }

            waiter = new Waiter(threads);
            waiter.Node = _queue.AddLast(waiter);
        }

        waiter.Registration = cancellation.UnsafeRegister(
            static (state, token) => ((ValueTuple<TrainingExecutor, Waiter>)state!).Item1.Leave(((ValueTuple<TrainingExecutor, Waiter>)state).Item2, token),
            (this, waiter));
        return new ValueTask<GangReservation>(waiter.Wait());
    }

    /// <summary>Takes slots for a gang of threads when they are free and nobody waits in line for them.</summary>
    /// <param name="threads">Number of threads, at least 1.</param>
    /// <returns>The reservation, to be disposed to free the slots; null when there are not so many.</returns>
    public GangReservation? TryReserve(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (_gate)
        {
            if (_queue.Count > 0 || threads > _free)
                return null;
            _free -= threads;
            return new GangReservation(this, threads);
        }
    }

    internal void Release(int threads)
    {
        lock (_gate)
        {
            _free += threads;
            Admit();
        }
    }

    private void Leave(Waiter waiter, CancellationToken token)
    {
        lock (_gate)
        {
            if (waiter.Node!.List is null)
                return;
            _queue.Remove(waiter.Node);
            Admit();
        }

        waiter.Completion.TrySetCanceled(token);
    }

    private void Admit()
    {
        while (_queue.First is { } first && first.Value.Threads <= _free)
        {
            _queue.RemoveFirst();
            _free -= first.Value.Threads;
            first.Value.Completion.SetResult(new GangReservation(this, first.Value.Threads));
        }
    }

    private sealed class Waiter(int threads)
    {
        public int Threads { get; } = threads;

        public TaskCompletionSource<GangReservation> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }

        public CancellationTokenRegistration Registration { get; set; }

        public async Task<GangReservation> Wait()
        {
            try
            {
                return await Completion.Task.ConfigureAwait(false);
            }
            finally
            {
                await Registration.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
