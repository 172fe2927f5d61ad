using Orleans.MLOps.Models;

namespace Orleans.MLOps.Gateway.Serving;

/// <summary>The names of types in the Open Inference Protocol, and the bytes of their elements.</summary>
internal static class TensorNames
{
    /// <exception cref="InvalidInputException">No such type.</exception>
    public static TensorType Parse(string? name, string tensor) => name switch
    {
        "BOOL" => TensorType.Bool,
        "UINT8" => TensorType.UInt8,
        "UINT16" => TensorType.UInt16,
        "UINT32" => TensorType.UInt32,
        "UINT64" => TensorType.UInt64,
        "INT8" => TensorType.Int8,
        "INT16" => TensorType.Int16,
        "INT32" => TensorType.Int32,
        "INT64" => TensorType.Int64,
        "FP16" => TensorType.Float16,
        "FP32" => TensorType.Float32,
        "FP64" => TensorType.Float64,
        "BF16" => TensorType.BFloat16,
        "BYTES" => TensorType.Bytes,
        _ => throw new InvalidInputException(
            $"Tensor '{tensor}' has the datatype '{name}'; BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, FP32, FP64, BF16 and BYTES are known.", tensor),
    };

    public static string Of(TensorType type) => type switch
    {
        TensorType.Bool => "BOOL",
        TensorType.UInt8 => "UINT8",
        TensorType.UInt16 => "UINT16",
        TensorType.UInt32 => "UINT32",
        TensorType.UInt64 => "UINT64",
        TensorType.Int8 => "INT8",
        TensorType.Int16 => "INT16",
        TensorType.Int32 => "INT32",
        TensorType.Int64 => "INT64",
        TensorType.Float16 => "FP16",
        TensorType.Float32 => "FP32",
        TensorType.Float64 => "FP64",
        TensorType.BFloat16 => "BF16",
        TensorType.Bytes => "BYTES",
        _ => "INVALID",
    };

    /// <summary>Bytes of one element; 0 for BYTES.</summary>
    public static int Size(TensorType type) => type switch
    {
        TensorType.Bool or TensorType.UInt8 or TensorType.Int8 => 1,
        TensorType.UInt16 or TensorType.Int16 or TensorType.Float16 or TensorType.BFloat16 => 2,
        TensorType.UInt32 or TensorType.Int32 or TensorType.Float32 => 4,
        TensorType.UInt64 or TensorType.Int64 or TensorType.Float64 => 8,
        _ => 0,
    };

    /// <summary>Elements of a shape, at least 0; -1 when they are more than any request can hold.</summary>
    public static long Count(IReadOnlyList<long> shape)
    {
        long count = 1;
        for (var axis = 0; axis < shape.Count; axis++)
        {
            if (shape[axis] < 0 || (shape[axis] != 0 && count > int.MaxValue / shape[axis]))
            {
                return -1;
            }

            count *= shape[axis];
        }

        return count;
    }
}
