namespace Orleans.MLOps.Experiments;

/// <summary>How far a logged model's upload is.</summary>
[GenerateSerializer]
public enum LoggedModelStatus
{
    /// <summary>Its files are on their way.</summary>
    Pending,

    /// <summary>It is complete.</summary>
    Ready,

    /// <summary>Its upload failed.</summary>
    Failed,
}
