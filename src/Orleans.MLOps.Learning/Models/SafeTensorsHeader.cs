using System.Text.Json;

namespace Orleans.MLOps.Learning.Models;

/// <summary>Parses and checks the JSON header of a safetensors file.</summary>
internal static class SafeTensorsHeader
{
    public static (List<(string Name, IReadOnlyList<int> Shape)> Tensors, Dictionary<string, string> Metadata) Parse(
        ReadOnlySpan<byte> header, int dataLength)
    {
        try
        {
            using var document = JsonDocument.Parse(header.ToArray());
            var found = new List<(string Name, IReadOnlyList<int> Shape, long Begin, long End)>();
            var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
            var names = new HashSet<string>(StringComparer.Ordinal);
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (!names.Add(property.Name))
                    throw new InvalidDataException($"The safetensors header names '{property.Name}' twice.");
                if (property.Name == "__metadata__")
                    ReadMetadata(property.Value, metadata);
                else
                    found.Add(ReadTensor(property.Name, property.Value));
            }

            return (InOrder(found, dataLength), metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"The safetensors header is malformed: {error.Message}", error);
        }
    }

    private static void ReadMetadata(JsonElement element, Dictionary<string, string> metadata)
    {
        foreach (var pair in element.EnumerateObject())
        {
            if (pair.Value.ValueKind != JsonValueKind.String || !metadata.TryAdd(pair.Name, pair.Value.GetString()!))
                throw new InvalidDataException($"The safetensors metadata '{pair.Name}' is not one string.");
        }
    }

    private static (string, IReadOnlyList<int>, long Begin, long End) ReadTensor(string name, JsonElement element)
    {
        var type = element.GetProperty("dtype").GetString();
        if (type != "F32")
            throw new InvalidDataException($"Tensor '{name}' has dtype '{type}'; only F32 is allowed.");
        var shape = element.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt32()).ToArray();
        if (shape.Any(dimension => dimension < 0))
            throw new InvalidDataException($"Tensor '{name}' has a negative dimension in [{string.Join(", ", shape)}].");
        var elements = shape.Aggregate(1L, (product, dimension) => Math.Min(product * dimension, int.MaxValue));
        var offsets = element.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0])
            throw new InvalidDataException($"Tensor '{name}' has the data offsets [{string.Join(", ", offsets)}]; two rising ones are needed.");
        if (offsets[1] - offsets[0] != elements * sizeof(float))
            throw new InvalidDataException(
                $"Tensor '{name}' of shape [{string.Join(", ", shape)}] takes {elements * sizeof(float)} bytes, but its offsets span {offsets[1] - offsets[0]}.");
        return (name, shape, offsets[0], offsets[1]);
    }

    private static List<(string, IReadOnlyList<int>)> InOrder(
        List<(string Name, IReadOnlyList<int> Shape, long Begin, long End)> found, int dataLength)
    {
        var at = 0L;
        var tensors = new List<(string, IReadOnlyList<int>)>(found.Count);
        foreach (var tensor in found.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.End))
        {
            if (tensor.Begin != at)
                throw new InvalidDataException($"Tensor '{tensor.Name}' begins at byte {tensor.Begin}, but byte {at} of the data is next.");
            at = tensor.End;
            tensors.Add((tensor.Name, tensor.Shape));
        }

        return at == dataLength
            ? tensors
            : throw new InvalidDataException($"The tensors take {at} bytes, but the file has {dataLength} bytes of data.");
    }
}
