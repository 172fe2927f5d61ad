namespace Orleans.MLOps.Models;

/// <summary>Names and sizes of the types of tensors' elements.</summary>
internal static class TensorTypes
{
    private static readonly TensorType[] All = [.. Enum.GetValues<TensorType>().Where(type => type != TensorType.None)];

    /// <summary>The name by which the Open Inference Protocol knows a type.</summary>
    public static string Name(TensorType type) => type switch
    {
        TensorType.Float16 => "FP16",
        TensorType.Float32 => "FP32",
        TensorType.Float64 => "FP64",
        TensorType.BFloat16 => "BF16",
        _ => type.ToString().ToUpperInvariant(),
    };

    /// <summary>The type of that name; <see cref="TensorType.None"/> when there is none.</summary>
    public static TensorType Find(string? name) => Array.Find(All, type => Name(type) == name);

    /// <summary>Bytes of one element; 0 for <see cref="TensorType.Bytes"/>, whose elements differ.</summary>
    public static int Size(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.UInt8 or TensorType.Int8 => 1,
        TensorType.UInt16 or TensorType.Int16 or TensorType.Float16 or TensorType.BFloat16 => 2,
        TensorType.UInt32 or TensorType.Int32 or TensorType.Float32 => 4,
        TensorType.UInt64 or TensorType.Int64 or TensorType.Float64 => 8,
        _ => 0,
    };
}
