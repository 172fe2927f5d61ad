namespace Orleans.MLOps.Learning.Training.Exchange;

/// <summary>What a frame between two hosts carries. The numbers are on the wire.</summary>
internal enum FrameKind
{
    /// <summary>A sign of life, not before the Hello; no payload.</summary>
    Heartbeat = 1,

    /// <summary>A host shows its pass.</summary>
    Hello = 2,

    /// <summary>Every host is there; no payload.</summary>
    Welcome = 3,

    /// <summary>The pass is not good; the payload says why, in UTF-8.</summary>
    Refused = 4,

    /// <summary>One vector for each subtree of a host.</summary>
    Subtrees = 5,

    /// <summary>The sum over all hosts.</summary>
    Total = 6,
}
