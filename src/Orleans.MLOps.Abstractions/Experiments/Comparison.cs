namespace Orleans.MLOps.Experiments;

/// <summary>How a condition compares.</summary>
[GenerateSerializer]
public enum Comparison
{
    /// <summary>Equal.</summary>
    Equal,

    /// <summary>Not equal (absent values do not match).</summary>
    NotEqual,

    /// <summary>Less; metrics only.</summary>
    Less,

    /// <summary>Less or equal; metrics only.</summary>
    LessOrEqual,

    /// <summary>Greater; metrics only.</summary>
    Greater,

    /// <summary>Greater or equal; metrics only.</summary>
    GreaterOrEqual,

    /// <summary>The text contains the value, case-sensitive.</summary>
    Contains,
}
