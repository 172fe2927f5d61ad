using Orleans.MLOps.Learning.Training;

namespace Orleans.MLOps.Grains.Training;

/// <summary>One silo's share of one generation of a job: threads that are taken, then work that runs on them. Thread-safe.</summary>
internal sealed class TrainingPart : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource<PartOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PartOutcome? _told;
    private bool _started;
    private long _watched;

    public TrainingPart(string jobId, int generation, GangReservation reservation, TimeProvider time)
    {
        (JobId, Generation, Reservation, _time) = (jobId, generation, reservation, time);
        Watched();
    }

    public string JobId { get; }

    public int Generation { get; }

    public int Threads => Reservation.Threads;

    public GangReservation Reservation { get; }

    /// <summary>Cancelled when the part must end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Completes when nothing of the part runs any more and its threads are free; never faults.</summary>
    public Task<PartOutcome> Outcome => _outcome.Task;

    public TimeSpan SinceWatched => _time.GetElapsedTime(Volatile.Read(ref _watched));

    public void Watched() => Volatile.Write(ref _watched, _time.GetTimestamp());

    /// <summary>Starts the work; a repeat finds it running, and a part that was stopped does not start.</summary>
    public void Start(Func<Func<Task<PartOutcome>>> begin)
    {
        lock (_lock)
        {
            if (_started || _told is not null)
            {
                return;
            }

            _started = true;
        }

        var work = begin();
        _ = Task.Run(async () =>
        {
            var outcome = await work().ConfigureAwait(false);
            Reservation.Dispose();

            lock (_lock)
            {
                // What the work met after it was told to end is a consequence of that.
                _outcome.SetResult(outcome.End == PartEnd.Completed ? outcome : _told ?? outcome);
            }
        });
    }

    /// <summary>Ends the part with that outcome, soon. Only the first call counts; one that has ended stays as it is.</summary>
    public void Stop(PartEnd end, string reason)
    {
        lock (_lock)
        {
            if (_told is not null || _outcome.Task.IsCompleted)
            {
                return;
            }

            _told = new PartOutcome { End = end, Reason = reason };
            if (_started)
            {
                _stopping.Cancel();
            }
            else
            {
                Reservation.Dispose();
                _outcome.SetResult(_told);
            }
        }
    }

    /// <summary>Call it when <see cref="Outcome"/> has completed.</summary>
    public void Dispose() => _stopping.Dispose();
}
