namespace Orleans.MLOps.Models;

/// <summary>Type of a tensor's elements; the names of the Open Inference Protocol stand behind each.</summary>
[GenerateSerializer]
public enum TensorType
{
    /// <summary>None; never valid.</summary>
    None,

    /// <summary>BOOL: one byte, 0 or 1.</summary>
    Bool,

    /// <summary>UINT8.</summary>
    UInt8,

    /// <summary>UINT16.</summary>
    UInt16,

    /// <summary>UINT32.</summary>
    UInt32,

    /// <summary>UINT64.</summary>
    UInt64,

    /// <summary>INT8.</summary>
    Int8,

    /// <summary>INT16.</summary>
    Int16,

    /// <summary>INT32.</summary>
    Int32,

    /// <summary>INT64.</summary>
    Int64,

    /// <summary>FP16: IEEE 754 binary16.</summary>
    Float16,

    /// <summary>FP32: IEEE 754 binary32.</summary>
    Float32,

    /// <summary>FP64: IEEE 754 binary64.</summary>
    Float64,

    /// <summary>BF16: the upper half of a binary32.</summary>
    BFloat16,

    /// <summary>BYTES: bytes of any length.</summary>
    Bytes,
}
