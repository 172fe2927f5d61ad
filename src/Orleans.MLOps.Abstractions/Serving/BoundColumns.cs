namespace Orleans.MLOps.Serving;

/// <summary>Checked columns in the order of a layout.</summary>
/// <param name="Rows">Number of instances.</param>
/// <param name="Numeric">One column a numeric input, NaN for missing; those of windows are zeros until they are computed.</param>
/// <param name="Categorical">One column a text input, empty for missing.</param>
/// <param name="Keys">The value that selects each row's windows; null without windows.</param>
internal sealed record BoundColumns(int Rows, double[][] Numeric, string[][] Categorical, string[]? Keys);
