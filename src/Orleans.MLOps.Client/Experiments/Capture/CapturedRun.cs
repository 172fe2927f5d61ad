namespace Orleans.MLOps.Experiments;

/// <summary>What a captured body gave.</summary>
/// <param name="RunId">The run that has the record.</param>
/// <param name="Result">The body's result.</param>
public sealed record CapturedRun<TResult>(string RunId, TResult Result);
