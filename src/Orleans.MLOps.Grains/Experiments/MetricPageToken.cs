using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>The place where a page of a history by time ended as a text. Bound to its run and metric.</summary>
internal static class MetricPageToken
{
    private const int QueryBytes = 8;
    private const int Length = QueryBytes + 8 + 8 + 1 + 8;

    public static string Write(MetricHistoryQuery query, MetricPlace place)
    {
        Span<byte> bytes = stackalloc byte[Length];
        WriteDigest(query, bytes);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], place.Time);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], place.Step);
        bytes[24] = place.IsNumber ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[25..], place.Value);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="InvalidInputException">The text is no token of this history.</exception>
    public static MetricPlace Read(MetricHistoryQuery query)
    {
        if (query.PageToken is not { Length: > 0 } text)
        {
            return MetricPlace.First;
        }

        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> digest = stackalloc byte[QueryBytes];
        WriteDigest(query, digest);
        if (!Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _) || !bytes[..QueryBytes].SequenceEqual(digest)
            || double.IsNaN(BinaryPrimitives.ReadDoubleLittleEndian(bytes[25..])))
        {
            throw new InvalidInputException("page_token does not continue this history; use the token of its last page with the same run and metric.", "page_token");
        }

        return new(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            bytes[24] == 1,
            BinaryPrimitives.ReadDoubleLittleEndian(bytes[25..]));
    }

    private static void WriteDigest(MetricHistoryQuery query, Span<byte> target) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"{query.RunId}/{query.Key}")).AsSpan(0, QueryBytes).CopyTo(target);
}
