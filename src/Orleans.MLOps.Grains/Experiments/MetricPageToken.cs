using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Where a page of a history by time ended. Bound to its run and metric.</summary>
internal readonly record struct MetricPageToken(long Time, long Step, bool IsNumber, double Value, long Sequence)
{
    private const int QueryBytes = 8;
    private const int Length = QueryBytes + 8 + 8 + 1 + 8 + 8;

    public static string After(MetricHistoryQuery query, MetricPoint point, long sequence)
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteDigest(query, bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], TableValue.ToMicroseconds(point.Timestamp));
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], point.Step);
        bytes[24] = double.IsNaN(point.Value) ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[25..], double.IsNaN(point.Value) ? 0 : point.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[33..], sequence);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="InvalidInputException">The text is no token of this history.</exception>
    public static MetricPageToken Read(MetricHistoryQuery query)
    {
        if (query.PageToken is not { Length: > 0 } text)
        {
            return new(long.MinValue, long.MinValue, false, 0, long.MinValue);
        }

        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> digest = stackalloc byte[QueryBytes];
        WriteDigest(query, digest);
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var written) || written != Length || !bytes[..QueryBytes].SequenceEqual(digest)
            || double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(bytes[25..])))
        {
            throw new InvalidInputException("page_token does not continue this history; use the token of its last page with the same run and metric.", "page_token");
        }

        return new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            bytes[24] == 1,
            BinaryPrimitives.ReadDoubleLittleEndian(bytes[25..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[33..]));
    }

    private static void WriteDigest(MetricHistoryQuery query, Span<byte> target) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{query.RunId}/{query.Key}")).AsSpan(0, QueryBytes).CopyTo(target);
}
