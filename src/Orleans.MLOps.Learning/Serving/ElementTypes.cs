namespace Orleans.MLOps.Learning.Serving;

/// <summary>Sizes of elements.</summary>
public static class ElementTypes
{
    /// <summary>Bytes that one element takes; 0 for <see cref="ElementType.Bytes"/>, whose elements differ.</summary>
    /// <param name="type">The type.</param>
    /// <returns>0, 1, 2, 4 or 8.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No such type.</exception>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Bool or ElementType.UInt8 or ElementType.Int8 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.UInt32 or ElementType.Int32 or ElementType.Float32 => 4,
        ElementType.UInt64 or ElementType.Int64 or ElementType.Float64 => 8,
        ElementType.Bytes => 0,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "There is no such type of elements."),
    };
}
