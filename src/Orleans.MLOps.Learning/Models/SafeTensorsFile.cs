using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orleans.MLOps.Learning.Models;

/// <summary>
/// Writes and reads float32 weights in the safetensors format: a little-endian u64 header length, a JSON header padded with
/// spaces to 8 bytes, raw little-endian data without holes. Written files are canonical: the same weights and metadata give
/// the same bytes on every machine, so the digest of the bytes names the model.
/// </summary>
public static class SafeTensorsFile
{
    private const int MaxHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Serialises weights and metadata; tensors stand in their own order, metadata in ordinal order of the keys.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="metadata">Optional string pairs.</param>
    /// <returns>The file's bytes.</returns>
    /// <exception cref="ArgumentException">A tensor has the reserved name <c>__metadata__</c>.</exception>
    public static byte[] Write(ModelWeights weights, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var header = WriteHeader(weights, metadata);
        var values = weights.Flat.Span;
        var file = new byte[8 + header.Length + values.Length * sizeof(float)];
        BinaryPrimitives.WriteUInt64LittleEndian(file, (ulong)header.Length);
        header.CopyTo(file.AsSpan(8));
        var data = file.AsSpan(8 + header.Length);
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(values).CopyTo(data);
        else
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(data[(i * sizeof(float))..], values[i]);
        return file;
    }

    /// <summary>Reads a file and checks every bound before it is used.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>Weights and metadata.</returns>
    /// <exception cref="InvalidDataException">The file is cut short, inconsistent, or holds anything but float32; the message says what and where.</exception>
    public static SafeTensorsContent Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 8)
            throw new InvalidDataException($"The safetensors file has {file.Length} bytes; the header length alone takes 8.");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (length > MaxHeader || length > (ulong)(file.Length - 8))
            throw new InvalidDataException(
                $"The safetensors header claims {length} bytes; the file has {file.Length - 8} after the length, and {MaxHeader} are allowed.");
        var data = file[(8 + (int)length)..];
        var (tensors, metadata) = SafeTensorsHeader.Parse(file.Slice(8, (int)length), data.Length);
        var values = new float[data.Length / sizeof(float)];
        if (BitConverter.IsLittleEndian)
            data.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
        else
            for (var i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(data[(i * sizeof(float))..]);
        return new SafeTensorsContent(new ModelWeights(tensors, values), metadata);
    }

    /// <summary>Digest of a file: the SHA-256 of all its bytes.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Digest(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    private static byte[] WriteHeader(ModelWeights weights, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }

            foreach (var tensor in weights.Tensors)
                WriteTensor(json, tensor);
            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteTensor(Utf8JsonWriter json, WeightTensor tensor)
    {
        if (tensor.Name == MetadataKey)
            throw new ArgumentException($"A tensor may not have the name '{MetadataKey}': safetensors reserves it.");
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", "F32");
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue((long)tensor.Offset * sizeof(float));
        json.WriteNumberValue(((long)tensor.Offset + tensor.Length) * sizeof(float));
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
