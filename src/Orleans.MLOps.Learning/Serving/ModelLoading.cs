namespace Orleans.MLOps.Learning.Serving;

/// <summary>
/// Loads models on one thread of its own that gives way to everything else, so that loading one model does not slow the answers of another.
/// </summary>
public static class ModelLoading
{
    private static readonly Lazy<EngineThreads> Threads = new(() => new EngineThreads(1, givesWay: true));

    /// <summary>Runs work that loads a model; one at a time, in order.</summary>
    /// <param name="load">The work.</param>
    /// <returns>What it gave; its exceptions too.</returns>
    /// <typeparam name="T">The model.</typeparam>
    public static Task<T> RunAsync<T>(Func<T> load) => Threads.Value.RunAsync(load);
}
