namespace Orleans.MLOps.Datasets;

/// <summary>The types of dataset columns.</summary>
[GenerateSerializer]
public enum ColumnType
{
    /// <summary>64-bit signed integers.</summary>
    Int64,

    /// <summary>IEEE 754 doubles; NaN and infinities are counted apart in the profile.</summary>
    Double,

    /// <summary>UTF-8 text.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>Instants in UTC with microseconds.</summary>
    Timestamp,

    /// <summary>Calendar days.</summary>
    Date,
}
