using System.Security.Cryptography;
using System.Text.Json;
using Orleans.MLOps.Datasets;

namespace Orleans.MLOps.Grains.Datasets;

/// <summary>
/// The name of a version: SHA-256 over canonical JSON (sorted properties, no blanks) of the raw bytes' digest, the format and the
/// rules, which are a set. Same bytes and rules, same version.
/// </summary>
internal static class VersionDigest
{
    public static string Of(string rawDigest, DataFormat format, IReadOnlyList<Expectation> expectations)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("expectations");
            foreach (var expectation in Expectations.Normalise(expectations))
            {
                Expectations.Write(writer, expectation);
            }

            writer.WriteEndArray();
            writer.WriteString("format", format.ToString());
            writer.WriteString("raw", rawDigest);
            writer.WriteEndObject();
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }
}
