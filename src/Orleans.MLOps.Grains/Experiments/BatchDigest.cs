using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orleans.MLOps.Experiments;

namespace Orleans.MLOps.Grains.Experiments;

/// <summary>SHA-256 over what a batch writes, its name left out.</summary>
internal static class BatchDigest
{
    public static byte[] Of(LogBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, batch.Params);
        Append(hash, batch.Tags);
        Span<byte> numbers = stackalloc byte[24];
        foreach (var point in batch.Metrics)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(numbers, point.Value);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], point.Step);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], point.Timestamp.UtcTicks);
            hash.AppendData(numbers);
            Append(hash, point.Key);
            Append(hash, point.ModelId);
            Append(hash, point.DatasetName);
            Append(hash, point.DatasetDigest);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, Dictionary<string, string> entries)
    {
        Append(hash, entries.Count.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (key, value) in entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, key);
            Append(hash, value);
        }
    }

    private static void Append(IncrementalHash hash, string? text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, text?.Length ?? -1);
        hash.AppendData(length);
        hash.AppendData(Encoding.UTF8.GetBytes(text ?? ""));
    }
}
