using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>Writes row ordinals as little-endian int64 and hashes them on the way.</summary>
internal sealed class OrdinalWriter(Stream target) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[64 << 10];
    private int _used;

    /// <summary>Ordinals written.</summary>
    public long Count { get; private set; }

    public void Add(long ordinal)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(_used), ordinal);
        _used += sizeof(long);
        Count++;
        if (_used == _buffer.Length)
        {
            Flush();
        }
    }

    /// <summary>Writes what is left and gives the SHA-256 of all.</summary>
    public string Complete()
    {
        Flush();
        target.Flush();
        return Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _hash.Dispose();
        target.Dispose();
    }

    private void Flush()
    {
        target.Write(_buffer, 0, _used);
        _hash.AppendData(_buffer, 0, _used);
        _used = 0;
    }
}
