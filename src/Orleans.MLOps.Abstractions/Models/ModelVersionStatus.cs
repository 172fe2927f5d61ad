namespace Orleans.MLOps.Models;

/// <summary>Whether a version may serve.</summary>
[GenerateSerializer]
public enum ModelVersionStatus
{
    /// <summary>It may.</summary>
    Ready,

    /// <summary>Its export failed parity; it may not serve.</summary>
    Refused,
}
