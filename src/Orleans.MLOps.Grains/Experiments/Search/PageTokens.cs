using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Governance;

namespace Orleans.MLOps.Grains.Experiments.Search;

/// <summary>Where a page ended: the place of its last row, bound to the search, so that no token can continue another one.</summary>
internal static class PageTokens
{
    private const int DigestBytes = 8;
    private const byte None = 0;
    private const byte Text = 1;
    private const byte Whole = 2;
    private const byte Real = 3;

    /// <param name="search">The search without its page: what it shares with the searches that may continue it.</param>
    /// <param name="place">The last row's.</param>
    public static string Write<T>(T search, IReadOnlyList<SearchPlace> place)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Digest(search));
        foreach (var (grade, value) in place)
        {
            writer.Write((byte)grade);
            switch (value)
            {
                case null:
                    writer.Write(None);
                    break;
                case string text:
                    writer.Write(Text);
                    writer.Write(text);
                    break;
                case long whole:
                    writer.Write(Whole);
                    writer.Write(whole);
                    break;
                default:
                    writer.Write(Real);
                    writer.Write((double)value);
                    break;
            }
        }

        writer.Flush();
        return Base64Url.EncodeToString(bytes.ToArray());
    }

    /// <summary>The place that a token names; null without a token.</summary>
    /// <exception cref="InvalidInputException">The text is no token of this search.</exception>
    public static SearchPlace[]? Read<T>(string? token, T search, SearchOrder order)
    {
        if (string.IsNullOrEmpty(token))
        {
            return null;
        }

        try
        {
            var bytes = Base64Url.DecodeFromChars(token);
            if (!bytes.AsSpan(0, Math.Min(DigestBytes, bytes.Length)).SequenceEqual(Digest(search)))
            {
                throw Wrong(token);
            }

            using var reader = new BinaryReader(new MemoryStream(bytes, DigestBytes, bytes.Length - DigestBytes), Encoding.UTF8);
            SearchPlace[] place = [.. order.Columns.Select(column => Read(reader, column, token))];
            return reader.BaseStream.Position == reader.BaseStream.Length ? place : throw Wrong(token);
        }
        catch (Exception error) when (error is FormatException or IOException)
        {
            throw Wrong(token);
        }
    }

    private static SearchPlace Read(BinaryReader reader, SortColumn column, string token)
    {
        var grade = reader.ReadByte();
        object? value = reader.ReadByte() switch
        {
            Text => reader.ReadString(),
            Whole => reader.ReadInt64(),
            Real => reader.ReadDouble(),
            _ => null,
        };
        var field = column.Order.Field;
        var fits = grade switch
        {
            SortColumn.HasValue => value switch
            {
                string text => !field.IsNumber && !text.Contains('\0'),
                long => field is { IsNumber: true, Area: FilterArea.Attribute },
                double real => field.Area == FilterArea.Metric && !double.IsNaN(real),
                _ => false,
            },
            SortColumn.IsNan => field.Area == FilterArea.Metric && value is null,
            SortColumn.IsMissing => column.Grade is not null && value is null,
            _ => false,
        };
        return fits ? new SearchPlace(grade, value) : throw Wrong(token);
    }

    private static InvalidInputException Wrong(string token) => new(
        $"page_token '{Quoted.Shorten(token)}' does not continue this search; use the token of its last page with the same search.", "page_token");

    private static byte[] Digest<T>(T search) => SHA256.HashData(Encoding.UTF8.GetBytes(CatalogJson.Write(search)))[..DigestBytes];
}
