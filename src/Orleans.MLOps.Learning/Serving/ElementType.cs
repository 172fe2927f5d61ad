namespace Orleans.MLOps.Learning.Serving;

/// <summary>Type of a tensor's elements, as the Open Inference Protocol names them.</summary>
public enum ElementType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 1,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary64.</summary>
    Float64,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16,

    /// <summary>Bytes of any length: in data each element is its length as an unsigned 32-bit number, then its bytes.</summary>
    Bytes,
}
