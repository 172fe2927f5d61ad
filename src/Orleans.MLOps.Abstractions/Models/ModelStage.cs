namespace Orleans.MLOps.Models;

/// <summary>The stages that clients of MLflow know. They serve nothing by themselves; aliases do.</summary>
[GenerateSerializer]
public enum ModelStage
{
    /// <summary>In none.</summary>
    None,

    /// <summary>Being tried.</summary>
    Staging,

    /// <summary>In use.</summary>
    Production,

    /// <summary>No longer in use.</summary>
    Archived,
}
