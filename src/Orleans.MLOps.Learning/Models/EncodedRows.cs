namespace Orleans.MLOps.Learning.Models;

/// <summary>Rows in the form that networks read.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Numeric">Row-major [rows, numeric inputs], not standardised (the network does that).</param>
/// <param name="Categories">Row-major [rows, categorical inputs], 0 for an unknown category.</param>
public sealed record EncodedRows(int Rows, float[] Numeric, int[] Categories)
{
    /// <summary>The category indices as the 64-bit integers that ONNX models read.</summary>
    /// <returns>A new array, row-major [rows, categorical inputs].</returns>
    public long[] CategoriesAsInt64() => Array.ConvertAll(Categories, index => (long)index);
}
