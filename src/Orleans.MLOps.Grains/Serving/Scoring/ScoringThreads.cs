using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>The threads that score partitions; they give way to answers.</summary>
internal sealed class ScoringThreads(ScoringOptions options) : IDisposable
{
    private readonly EngineThreads _threads = new(options.Slots, givesWay: true);

    /// <summary>Runs work on one of them; its exceptions are the caller's.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _threads.Post(
            _ =>
            {
                try
                {
                    done.SetResult(work());
                }
                catch (Exception error)
                {
                    done.SetException(error);
                }
            },
            done);
        return done.Task;
    }

    public void Dispose() => _threads.Dispose();
}
