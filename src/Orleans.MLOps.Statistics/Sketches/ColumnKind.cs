namespace Orleans.MLOps.Statistics.Sketches;

/// <summary>What the values of a column are to statistics.</summary>
public enum ColumnKind
{
    /// <summary>Numbers with an order and distances.</summary>
    Numeric = 0,

    /// <summary>Texts without an order: categories.</summary>
    Text = 1,
}
