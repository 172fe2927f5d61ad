namespace Orleans.MLOps.Benchmarks.Serving.Load;

/// <summary>A generator of closed-loop load.</summary>
internal interface IDoorLoad
{
    /// <summary>The program, as the page names it.</summary>
    string Program { get; }

    /// <exception cref="InvalidOperationException">A call was refused or failed.</exception>
    Task<LoadResult> RunAsync(Door door, int callers, TimeSpan duration);
}
