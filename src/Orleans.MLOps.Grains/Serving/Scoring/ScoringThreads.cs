using Orleans.MLOps.Learning.Serving;

namespace Orleans.MLOps.Grains.Serving.Scoring;

/// <summary>The threads that score partitions; they give way to answers.</summary>
internal sealed class ScoringThreads(ScoringOptions options) : IDisposable
{
    private readonly EngineThreads _threads = new(options.Slots, givesWay: true);

    /// <summary>Runs work on one of them; its exceptions are the caller's.</summary>
    public Task<T> RunAsync<T>(Func<T> work) => _threads.RunAsync(work);

    public void Dispose() => _threads.Dispose();
}
