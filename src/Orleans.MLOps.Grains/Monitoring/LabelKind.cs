namespace Orleans.MLOps.Grains.Monitoring;

/// <summary>What a row of the label log is.</summary>
[GenerateSerializer]
internal enum LabelKind : byte
{
    /// <summary>The first answer to a prediction.</summary>
    First,

    /// <summary>Another answer than before.</summary>
    Correction,

    /// <summary>The prediction is not sealed yet; the row is written again as <see cref="First"/> when it is.</summary>
    Parked,

    /// <summary>The same answer again; kept only so that monitors count it.</summary>
    Repeated,

    /// <summary>No such prediction is logged; kept only so that monitors count it.</summary>
    Unknown,
}
