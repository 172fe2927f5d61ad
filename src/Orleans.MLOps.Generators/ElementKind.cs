namespace Orleans.MLOps.Generators;

/// <summary>What a value is to a model.</summary>
internal enum ElementKind
{
    Integer,
    Floating,

    /// <summary>A decimal, which no tensor has.</summary>
    Money,

    Truth,
    Text,
}
