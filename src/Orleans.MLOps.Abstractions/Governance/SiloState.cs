namespace Orleans.MLOps.Governance;

/// <summary>Where a silo stands in the cluster.</summary>
[GenerateSerializer]
public enum SiloState
{
    /// <summary>It is starting.</summary>
    Joining,

    /// <summary>It works.</summary>
    Active,

    /// <summary>It is stopping.</summary>
    Leaving,
}
