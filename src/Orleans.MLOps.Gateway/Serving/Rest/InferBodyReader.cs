using System.Runtime.InteropServices;
using System.Text.Json;
using Orleans.MLOps.Gateway.Serving.OpenInference;
using Orleans.MLOps.Models;
using Orleans.MLOps.Serving;

namespace Orleans.MLOps.Gateway.Serving.Rest;

/// <summary>Reads one inference request field by field; binary data is taken in the order of the inputs.</summary>
internal sealed class InferBodyReader(ReadOnlyMemory<byte> binary)
{
    private readonly List<Tensor> _inputs = [];
    private readonly List<string> _outputs = [];
    private readonly List<KeyValuePair<string, object?>> _parameters = [];
    private Dictionary<string, bool>? _binaryOutputs;
    private ReadOnlyMemory<byte> _rest = binary;
    private string? _id;
    private bool _hasInputs;

    public InferBody Read(ref Utf8JsonReader reader, string model, string? version)
    {
        RequireToken(ref reader, JsonTokenType.StartObject, "The body", read: true);
        while (NextField(ref reader, out var field))
        {
            switch (field)
            {
                case "id":
                    _id = reader.GetString();
                    break;
                case "parameters":
                    ReadParameters(ref reader, _parameters);
                    break;
                case "inputs":
                    _hasInputs = true;
                    ReadList(ref reader, "inputs", static (InferBodyReader self, ref Utf8JsonReader at) => self.ReadInput(ref at));
                    break;
                case "outputs":
                    ReadList(ref reader, "outputs", static (InferBodyReader self, ref Utf8JsonReader at) => self.ReadOutput(ref at));
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (reader.Read())
        {
            throw new InvalidInputException("The body goes on after its JSON object.", "body");
        }

        if (!_hasInputs)
        {
            throw new InvalidInputException("The body has no 'inputs'; a list of tensors is needed.", "inputs");
        }

        if (!_rest.IsEmpty)
        {
            throw new InvalidInputException($"{_rest.Length} bytes of binary data belong to no input.", "binary_data_size");
        }

        var (number, label) = ServedModels.Version(version);
        var request = new InferRequest
        {
            Endpoint = ServedModels.RequireName(model),
            Version = number,
            Label = label,
            RequestId = string.IsNullOrEmpty(_id) ? null : _id,
            Inputs = [.. _inputs],
            Outputs = [.. _outputs],
        };
        var binaryByDefault = _parameters.Any(parameter => parameter is { Key: "binary_data_output", Value: true });
        return new InferBody(_parameters.Count == 0 ? request : RequestParameters.Apply(request, _parameters), binaryByDefault, _binaryOutputs);
    }

    private delegate void ItemReader(InferBodyReader self, ref Utf8JsonReader reader);

    private void ReadList(ref Utf8JsonReader reader, string field, ItemReader read)
    {
        RequireToken(ref reader, JsonTokenType.StartArray, $"'{field}'", read: false);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            RequireToken(ref reader, JsonTokenType.StartObject, $"An entry of '{field}'", read: false);
            read(this, ref reader);
        }
    }

    private void ReadInput(ref Utf8JsonReader reader)
    {
        string? name = null;
        string? datatype = null;
        long[]? shape = null;
        var parameters = new List<KeyValuePair<string, object?>>();
        Utf8JsonReader data = default;
        var hasData = false;
        while (NextField(ref reader, out var field))
        {
            switch (field)
            {
                case "name":
                    name = reader.GetString();
                    break;
                case "datatype":
                    datatype = reader.GetString();
                    break;
                case "shape":
                    shape = ReadShape(ref reader, name);
                    break;
                case "parameters":
                    ReadParameters(ref reader, parameters);
                    break;
                case "data":
                    // Its type may stand behind it.
                    data = reader;
                    hasData = true;
                    reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        if (string.IsNullOrEmpty(name))
        {
            throw new InvalidInputException("An input has no name.", "inputs");
        }

        var type = TensorNames.Parse(datatype, name);
        if (shape is null)
        {
            throw new InvalidInputException($"Input '{name}' has no shape.", name);
        }

        if (parameters.Count > 0)
        {
            RequestParameters.RefuseShared(parameters.Select(parameter => parameter.Key));
        }

        var bytes = hasData
            ? ReadData(ref data, name, type, shape)
            : TakeBinary(name, parameters.Find(parameter => parameter.Key == "binary_data_size").Value);
        _inputs.Add(new Tensor { Name = name, Type = type, Shape = shape, Data = bytes });
    }

    private static byte[] ReadData(ref Utf8JsonReader data, string name, TensorType type, long[] shape)
    {
        var elements = new ElementWriter(name, type);
        elements.AddAll(ref data);
        var count = TensorNames.Count(shape);
        return elements.Count == count
            ? elements.ToArray()
            : throw new InvalidInputException($"Input '{name}' has {elements.Count} elements; its shape [{string.Join(", ", shape.Take(32))}] needs {(count < 0 ? "other ones" : count)}.", name);
    }

    private byte[] TakeBinary(string name, object? size)
    {
        if (size is not long bytes)
        {
            throw new InvalidInputException($"Input '{name}' has no data; give 'data', or 'binary_data_size' and the bytes behind the JSON.", name);
        }

        if (bytes < 0 || bytes > _rest.Length)
        {
            throw new InvalidInputException($"Input '{name}' has the binary_data_size {bytes}; {_rest.Length} bytes are left behind the JSON.", name);
        }

        var taken = _rest[..(int)bytes];
        _rest = _rest[(int)bytes..];
        return MemoryMarshal.TryGetArray(taken, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : taken.ToArray();
    }

    private void ReadOutput(ref Utf8JsonReader reader)
    {
        string? name = null;
        var parameters = new List<KeyValuePair<string, object?>>();
        while (NextField(ref reader, out var field))
        {
            switch (field)
            {
                case "name":
                    name = reader.GetString();
                    break;
                case "parameters":
                    ReadParameters(ref reader, parameters);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        _outputs.Add(string.IsNullOrEmpty(name) ? throw new InvalidInputException("An output has no name.", "outputs") : name);
        foreach (var (key, value) in parameters)
        {
            if (key == "binary_data" && value is bool isBinary)
            {
                (_binaryOutputs ??= [])[name] = isBinary;
            }
            else if (key == "classification")
            {
                throw new InvalidInputException($"Output '{name}' asks for classification, which this server does not do.", name);
            }
        }

        RequestParameters.RefuseShared(parameters.Select(parameter => parameter.Key));
    }

    private static long[] ReadShape(ref Utf8JsonReader reader, string? name)
    {
        RequireToken(ref reader, JsonTokenType.StartArray, $"The shape of '{name}'", read: false);
        var shape = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            shape.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var dimension) && dimension >= 0
                ? dimension
                : throw new InvalidInputException($"The shape of '{name}' has an entry that is no whole number of at least 0.", "shape"));
        }

        return [.. shape];
    }

    private static void ReadParameters(ref Utf8JsonReader reader, List<KeyValuePair<string, object?>> parameters)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        RequireToken(ref reader, JsonTokenType.StartObject, "'parameters'", read: false);
        while (NextField(ref reader, out var name))
        {
            object? value = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.True => true,
                JsonTokenType.False => false,
                JsonTokenType.Number => reader.TryGetInt64(out var whole) ? (object)whole : reader.GetDouble(),
                _ => null,
            };
            reader.Skip();
            parameters.Add(new(name, value));
        }
    }

    private static bool NextField(ref Utf8JsonReader reader, out string field)
    {
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
        {
            field = "";
            return false;
        }

        field = reader.GetString()!;
        return reader.Read();
    }

    private static void RequireToken(ref Utf8JsonReader reader, JsonTokenType token, string what, bool read)
    {
        if ((read && !reader.Read()) || reader.TokenType != token)
        {
            throw new InvalidInputException($"{what} must be {(token == JsonTokenType.StartArray ? "a list" : "an object")}.", "body");
        }
    }
}
