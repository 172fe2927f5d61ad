using System.Text;
using System.Text.Json;
using Orleans.MLOps.Gateway.Serving.Rest;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.TensorFlow;

/// <summary>Builds one tensor from nested JSON lists, whose lengths are its shape. Bytes may be <c>{"b64": "..."}</c>.</summary>
internal sealed class NestedTensor(TensorSpec spec)
{
    private readonly ElementWriter _elements = new(spec.Name, spec.Type);
    private readonly List<long> _shape = [];
    private bool _isComplete;

    /// <summary>Adds a value with all below it.</summary>
    /// <param name="value">A list, or a single value.</param>
    /// <param name="depth">Its dimension.</param>
    /// <exception cref="InvalidInputException">Lists of one dimension differ in length, or an element is none of the type.</exception>
    public void Add(JsonElement value, int depth)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            Enter(depth, value.GetArrayLength());
            foreach (var item in value.EnumerateArray())
            {
                Add(item, depth + 1);
            }

            return;
        }

        if (_isComplete && depth != _shape.Count)
        {
            throw Ragged();
        }

        _isComplete = true;
        if (depth != _shape.Count)
        {
            throw Ragged();
        }

        AddElement(value);
    }

    /// <summary>The tensor; its first dimension is given when its elements were added one row at a time.</summary>
    public Tensor ToTensor(long? rows)
    {
        long[] shape = [.. rows is { } first ? [first] : Array.Empty<long>(), .. _shape.Skip(rows is null ? 0 : 1)];
        return new Tensor { Name = spec.Name, Type = spec.Type, Shape = shape, Data = _elements.ToArray() };
    }

    /// <summary>Says that the next values are rows of the first dimension.</summary>
    public void BeginRows(long rows) => Enter(0, rows);

    public static bool IsBytes(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return false;
        }

        var count = 0;
        foreach (var property in value.EnumerateObject())
        {
            if (++count > 1 || property.Name != "b64")
            {
                return false;
            }
        }

        return count == 1;
    }

    private void Enter(int depth, long length)
    {
        if (depth < _shape.Count)
        {
            if (_shape[depth] != length)
            {
                throw Ragged();
            }
        }
        else if (_isComplete || depth > _shape.Count)
        {
            throw Ragged();
        }
        else
        {
            _shape.Add(length);
        }
    }

    private void AddElement(JsonElement value)
    {
        if (IsBytes(value))
        {
            if (spec.Type != TensorType.Bytes)
            {
                throw new InvalidInputException($"Input '{spec.Name}' is {TensorNames.Of(spec.Type)}; b64 is for BYTES.", spec.Name);
            }

            var encoded = value.GetProperty("b64");
            _elements.AddBytes(encoded.ValueKind == JsonValueKind.String && encoded.TryGetBytesFromBase64(out var bytes)
                ? bytes
                : throw new InvalidInputException($"Input '{spec.Name}' has a b64 that is not base64.", spec.Name));
            return;
        }

        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(value.GetRawText()));
        reader.Read();
        _elements.Add(ref reader);
    }

    private InvalidInputException Ragged() => new($"Input '{spec.Name}' has lists of different lengths or depths in one dimension.", spec.Name);
}
