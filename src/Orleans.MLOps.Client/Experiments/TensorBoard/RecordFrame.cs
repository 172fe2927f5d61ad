namespace Orleans.MLOps.Client.Experiments.TensorBoard;

/// <summary>How a record stands in an event file: u64 length, u32 checksum of the length, data, u32 checksum of the data; all little-endian.</summary>
internal static class RecordFrame
{
    public const int LengthBytes = sizeof(ulong);
    public const int CrcBytes = sizeof(uint);
    public const int HeaderBytes = LengthBytes + CrcBytes;

    /// <summary>Bytes of the longest record that is read: a length that somebody made up must not take the memory.</summary>
    public const int LongestData = 64 << 20;
}
