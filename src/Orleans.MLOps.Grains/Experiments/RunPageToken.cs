using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Experiments;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Where a page ended. Bound to its search, so a token cannot continue another one.</summary>
internal sealed record RunPageToken(int Grade, double Value, long StartedUs, string RunId)
{
    private const int QueryBytes = 8;
    private const int Length = QueryBytes + 1 + 8 + 8 + 32;

    public static string Write(RunQuery query, RunPageToken token)
    {
        var bytes = new byte[Length];
        Digest(query).CopyTo(bytes);
        bytes[QueryBytes] = (byte)token.Grade;
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(9), token.Value);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), token.StartedUs);
        Encoding.ASCII.GetBytes(token.RunId, bytes.AsSpan(25));
        return Convert.ToHexStringLower(bytes);
    }

    /// <exception cref="InvalidInputException">The text is no token of this search.</exception>
    public static RunPageToken? Read(RunQuery query)
    {
        if (query.PageToken is not { Length: > 0 } text)
        {
            return null;
        }

        var bytes = text.Length == Length * 2 && text.All(char.IsAsciiHexDigitLower) ? Convert.FromHexString(text) : [];
        if (bytes.Length == 0 || !bytes.AsSpan(0, QueryBytes).SequenceEqual(Digest(query)))
        {
            throw new InvalidInputException($"page_token '{text}' does not continue this search; use the token of its last page with the same search.", "page_token");
        }

        return new RunPageToken(
            bytes[QueryBytes],
            BinaryPrimitives.ReadDoubleLittleEndian(bytes.AsSpan(9)),
            BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(17)),
            Encoding.ASCII.GetString(bytes.AsSpan(25)));
    }

    private static byte[] Digest(RunQuery query)
    {
        var text = CatalogJson.Write(query with { PageToken = null, Limit = 0 });
        return SHA256.HashData(Encoding.UTF8.GetBytes(text))[..QueryBytes];
    }
}
