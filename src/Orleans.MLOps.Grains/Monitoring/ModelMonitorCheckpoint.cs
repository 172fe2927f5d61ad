namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>A monitor's windows together with what they contain, so that after a crash only newer batches are folded.</summary>
[GenerateSerializer, Alias("mlops.state.model-monitor")]
internal sealed class ModelMonitorCheckpoint
{
    /// <summary>The windows' bytes; null before the first checkpoint.</summary>
    [Id(0)]
    public byte[]? Windows { get; set; }

    /// <summary>Last folded batch of each recorder.</summary>
    [Id(1)]
    public Dictionary<uint, long> Sequences { get; set; } = [];

    /// <summary>Where the last folded batch of each recorder stands in its log.</summary>
    [Id(6)]
    public Dictionary<uint, LogPlace> Places { get; set; } = [];

    /// <summary>Where to go on reading the label log; frames behind it may have been pushed and folded already.</summary>
    [Id(7)]
    public LogPlace Labels { get; set; }

    /// <summary>Number of the last folded label frame.</summary>
    [Id(3)]
    public long LabelFrame { get; set; }

    /// <summary>Event time of the latest alert of each kind and feature, UTC microseconds.</summary>
    [Id(4)]
    public Dictionary<string, long> LatestAlerts { get; set; } = [];

    [Id(5)]
    public long Alerts { get; set; }

    /// <summary>What is known of the version in a canary; null before the first.</summary>
    [Id(8)]
    public byte[]? Canary { get; set; }
}
