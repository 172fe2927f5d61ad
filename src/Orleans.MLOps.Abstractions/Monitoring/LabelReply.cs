namespace Orleans.MLOps.Monitoring;

/// <summary>What became of labels. Acknowledged labels are durable.</summary>
[GenerateSerializer, Immutable, Alias("mlops.monitoring.label-reply")]
public sealed record LabelReply
{
    /// <summary>First answers, and answers that came before their prediction was sealed.</summary>
    [Id(0)]
    public long Accepted { get; init; }

    /// <summary>The same answer again; ignored.</summary>
    [Id(1)]
    public long Repeated { get; init; }

    /// <summary>Another answer than before; the new one counts from now on.</summary>
    [Id(2)]
    public long Corrected { get; init; }

    /// <summary>No such prediction is logged; counted, not kept.</summary>
    [Id(3)]
    public long Unknown { get; init; }
}
