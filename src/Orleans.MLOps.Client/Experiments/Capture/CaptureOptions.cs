namespace Orleans.MLOps.Experiments;

/// <summary>What <see cref="Experiment.RunAsync"/> captures beside the body's own words.</summary>
public sealed record CaptureOptions
{
    /// <summary>The project; default "default".</summary>
    public string Project { get; init; } = "default";

    /// <summary>A name for the run; none by default.</summary>
    public string? RunName { get; init; }

    /// <summary>The run that this one is a part of; none by default.</summary>
    public string? ParentRunId { get; init; }

    /// <summary>Tags of the run; none by default.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>The platform marks the run failed when it hears nothing for so long, 1 second to 1 day. A heartbeat is sent three times as often. Default: 1 minute.</summary>
    public TimeSpan HeartbeatWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often CPU, memory and GPU are sampled; zero for never. Default: 10 seconds.</summary>
    public TimeSpan SampleEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Characters of standard output and of standard error that are kept, the first half and the last; 0 for none. Default: 1,000,000 each.</summary>
    public int OutputLimit { get; init; } = 1_000_000;

    /// <summary>The folder whose git commit is recorded. Default: the current one.</summary>
    public string SourceFolder { get; init; } = ".";

    /// <summary>
    /// How long the end may wait for metrics that are not stored yet, and once more for output, result and the end itself, more than zero
    /// to 1 day. What is not stored by then is given up and told by <see cref="CapturedRun{TResult}.RecordingError"/>. Default: 30 seconds.
    /// </summary>
    public TimeSpan RecordingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    internal void Check()
    {
        if (RecordingTimeout <= TimeSpan.Zero || RecordingTimeout > TimeSpan.FromDays(1))
        {
            throw new InvalidInputException($"{nameof(RecordingTimeout)} is {RecordingTimeout}: more than zero to 1 day is allowed.", nameof(RecordingTimeout));
        }
    }
}
