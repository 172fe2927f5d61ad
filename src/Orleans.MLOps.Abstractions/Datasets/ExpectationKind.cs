namespace Orleans.MLOps.Datasets;

/// <summary>The rules a row can be held to at ingest.</summary>
[GenerateSerializer]
public enum ExpectationKind
{
    /// <summary>The value is present.</summary>
    NotNull,

    /// <summary>The number lies within Minimum and Maximum, both inclusive.</summary>
    Range,

    /// <summary>The text is one of Allowed.</summary>
    OneOf,
}
