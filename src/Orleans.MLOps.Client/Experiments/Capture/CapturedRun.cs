namespace Orleans.MLOps.Experiments;

/// <summary>What a captured body gave.</summary>
/// <param name="RunId">The run that has the record.</param>
/// <param name="Result">The body's result.</param>
public sealed record CapturedRun<TResult>(string RunId, TResult Result)
{
    /// <summary>
    /// Why the record is not whole, the first reason of several: metrics, output, result or end could not be stored, because the platform
    /// was away for longer than <see cref="CaptureOptions.RecordingTimeout"/> or refused them. Null when everything is stored.
    /// </summary>
    public Exception? RecordingError { get; init; }
}
