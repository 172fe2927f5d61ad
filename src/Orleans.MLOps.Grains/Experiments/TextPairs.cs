using System.Buffers;
using System.Text;
using System.Text.Json;
using Orleans.MLOps.Storage.Tables;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>Keys and values of a group of rows in one cell: a JSON object of texts, which comes back as it was stored on every engine.</summary>
internal static class TextPairs
{
    /// <summary>The columns <c>key</c> and <c>value</c> of a group.</summary>
    public static string Sql(TablesEngine engine) =>
        engine == TablesEngine.Sqlite ? "json_group_object(key, value)" : "CAST(json_object_agg(key, value) AS text)";

    /// <summary>Adds the pairs of a cell.</summary>
    public static void Read(string cell, Dictionary<string, string> pairs)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetByteCount(cell));
        try
        {
            var reader = new Utf8JsonReader(bytes.AsSpan(0, Encoding.UTF8.GetBytes(cell, bytes)));
            var key = "";
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    key = reader.GetString()!;
                }
                else if (reader.TokenType == JsonTokenType.String)
                {
                    pairs[key] = reader.GetString()!;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
