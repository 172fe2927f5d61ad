namespace Orleans.MLOps.Monitoring;

/// <summary>What became of labels. Acknowledged labels are durable.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.label-reply")]
public sealed record LabelReply
{
    /// <summary>
    /// First answers, and answers that came before their prediction was sealed: these wait, durable, and are joined when it is. One that waits
    /// in vain leaves when labels are observed 7 days later, and counts as unknown in the report then. The id of another endpoint's
    /// prediction, or a forged one, cannot be told from one that is still to come, so it may be accepted here but is never joined.
    /// </summary>
    [Id(0)]
    public long Accepted { get; init; }

    /// <summary>The same answer again, also from a message that the SDK repeated because its first reply was lost; ignored.</summary>
    [Id(1)]
    public long Repeated { get; init; }

    /// <summary>Another answer than before; the new one counts from now on.</summary>
    [Id(2)]
    public long Corrected { get; init; }

    /// <summary>
    /// No such prediction is logged or to be expected, or the answer is observed more than a day before it was asked; counted, not kept. To be
    /// expected are the 1,000 batches after the last one of their recorder; of recorders that have logged nothing here (another endpoint's,
    /// say) at most 1,000 answers wait at a time, of all 100,000.
    /// </summary>
    [Id(3)]
    public long Unknown { get; init; }
}
